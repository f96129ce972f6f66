import { posix, resolve } from 'node:path';
import { configError } from '../errors.js';
import { API_PORT } from '../stack/services/api.js';
import { definedOnly } from './defined-only.js';
import { DEFAULT_PRESET } from './presets.js';
import type { ResolvedApi, ResolvedBackend } from './resolved.js';
import type { ApiConfig, RolloutConfig } from './types.js';
import { parseDuration, parseSize } from './units.js';

/** What every API is, unless the configuration says otherwise. */
const DEFAULTS = {
  replicas: 1,
  debug: false,
  memory: '512m',
  port: API_PORT,
  env: {} as Record<string, string>,
  secrets: {} as Record<string, string>,
  user: '10001:10001',
  cpus: null as number | null,
  pids: 128,
  startTimeout: '60s',
};

/** What differs between fortress's own model server and any other. */
const SERVER_DEFAULTS = { model: 'model/model.onnx', health: '/ready', metrics: '/metrics' } as const;
const FOREIGN_DEFAULTS = { health: '/health', metrics: false } as const;

/** Variables that fortress sets, by the key that says their value. */
const OWN_VARIABLES: Record<string, string> = {
  API_VERSION: 'the name of the API',
  BODY_LIMIT: '`gateway.bodyLimit`',
  DEBUG_PROBABILITIES: '`debug`',
  MODEL_NAME: '`project`',
  MODEL_PATH: '`model`',
  PORT: '`port`',
  SECRETS_PATH: '`secrets`',
};

/**
 * Fills in the defaults of APIs and makes their paths absolute. Pure.
 * @throws FortressError (exit 2) where keys contradict each other
 */
export function resolveApis(apis: Record<string, ApiConfig>, root: string): ResolvedApi[] {
  return Object.entries(apis).map(([name, api]) => resolveApi(name, api, root));
}

function resolveApi(name: string, api: ApiConfig, root: string): ResolvedApi {
  const backend = resolveBackend(name, api, root);
  const presets: Record<string, ApiConfig> = DEFAULT_PRESET.apis;
  const { model: _, ...named } = presets[name] ?? {};
  const merged = {
    ...DEFAULTS,
    ...(backend.kind === 'server' ? SERVER_DEFAULTS : FOREIGN_DEFAULTS),
    ...named,
    ...definedOnly(api),
  };
  assertOwnVariables(name, merged.env);
  return {
    name,
    backend,
    model: merged.model === undefined ? null : resolve(root, merged.model),
    port: merged.port,
    health: merged.health,
    metrics: merged.metrics === false ? null : merged.metrics,
    env: merged.env,
    secrets: Object.fromEntries(Object.entries(merged.secrets).map(([key, file]) => [key, resolve(root, file)])),
    user: merged.user,
    replicas: merged.replicas,
    debug: merged.debug,
    memory: parseSize(merged.memory),
    cpus: merged.cpus,
    pids: merged.pids,
    startTimeout: parseDuration(merged.startTimeout),
    rollout: resolveRollout(merged.rollout ?? {}),
  };
}

function resolveBackend(name: string, { build, image }: ApiConfig, root: string): ResolvedBackend {
  if (build !== undefined && image !== undefined) {
    throw configError(`apis.${name}: found both "build" and "image"; expected one of them, or neither`, {
      hint: 'without either, fortress’s own server serves the model',
    });
  }
  if (image !== undefined) return { kind: 'image', reference: image };
  if (build === undefined) return { kind: 'server' };
  const { context, dockerfile = 'Dockerfile', args = {} } = typeof build === 'string' ? { context: build } : build;
  return { kind: 'build', context: resolve(root, context), dockerfile: pathInContext(name, dockerfile), args };
}

function pathInContext(api: string, dockerfile: string): string {
  const path = posix.normalize(dockerfile);
  if (!posix.isAbsolute(path) && path !== '..' && !path.startsWith('../')) return path;
  throw configError(`apis.${api}.build.dockerfile: ${dockerfile} leads outside the context`, {
    why: 'the engine gets the files of the context only',
    hint: 'name a file of the context, relative to it, or a context that holds it',
  });
}

function assertOwnVariables(name: string, env: Record<string, string>): void {
  const variable = Object.keys(env).find((key) => key in OWN_VARIABLES);
  if (variable === undefined) return;
  throw configError(`apis.${name}.env.${variable}: is set by fortress`, {
    hint: `leave it out; its value is ${OWN_VARIABLES[variable]}`,
  });
}

function resolveRollout({ order = 'start-first', batch, drain = '10s' }: RolloutConfig): ResolvedApi['rollout'] {
  return { order, batch: batch ?? (order === 'stop-first' ? 1 : null), drain: parseDuration(drain) };
}

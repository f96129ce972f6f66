import { basename, resolve } from 'node:path';
import { configError } from '../errors.js';
import { OFFICIAL_IMAGES } from '../images/official.js';
import { DEFAULT_PRESET, PRESETS } from './presets.js';
import type { ResolvedApi, ResolvedConfig } from './resolved.js';
import type { ApiConfig, FortressConfig, RouteConfig } from './types.js';
import { parseSize } from './units.js';

/**
 * Fills in every default and makes every path absolute. Pure.
 * @param root absolute path of the folder that holds the configuration file
 * @throws FortressError (exit 2) where keys contradict each other
 */
export function resolveConfig(input: FortressConfig, root: string): ResolvedConfig {
  const preset = PRESETS[input.preset ?? 'default'];
  const apis = resolveApis(input.apis ?? preset.apis ?? DEFAULT_PRESET.apis, root);
  const resolved: ResolvedConfig = {
    project: input.project ?? projectFromFolder(root),
    preset: input.preset ?? 'default',
    root,
    stateDir: resolve(root, '.fortress'),
    gateway: resolveGateway(input.gateway ?? {}, preset.gateway ?? {}, root),
    apis,
    routes: resolveRoutes(input.routes, apis),
    monitoring: resolveMonitoring(input.monitoring, preset.monitoring || {}),
    images: {
      source: input.images?.source ?? 'auto',
      references: { ...OFFICIAL_IMAGES, ...definedOnly(input.images?.references ?? {}) },
    },
    templates: input.templates === undefined ? null : resolve(root, input.templates),
  };
  assertDistinctPorts(resolved);
  return resolved;
}

function resolveGateway(
  input: NonNullable<FortressConfig['gateway']>,
  preset: NonNullable<FortressConfig['gateway']>,
  root: string,
): ResolvedConfig['gateway'] {
  const merged = { ...DEFAULT_PRESET.gateway, ...preset, ...definedOnly(input) };
  const tls = { ...DEFAULT_PRESET.gateway.tls, ...preset.tls, ...definedOnly(input.tls ?? {}) };
  const users = merged.users.map((user) =>
    typeof user === 'string' ? { name: user, password: null } : { name: user.name, password: user.password ?? null },
  );
  assertUnique(
    users.map(({ name }) => name),
    'gateway.users',
    'user',
  );
  return {
    // nginx and DNS compare names without regard to case.
    hosts: [...new Set(merged.hosts.map((host) => host.toLowerCase()))],
    bind: merged.bind,
    httpPort: merged.httpPort,
    httpsPort: merged.httpsPort,
    bodyLimit: merged.bodyLimit,
    users,
    rateLimit:
      input.rateLimit === false ? null : { ...DEFAULT_PRESET.gateway.rateLimit, ...definedOnly(input.rateLimit ?? {}) },
    tls: {
      key: tls.key,
      days: tls.days,
      // A certificate that is always "about to expire" would be renewed by every `up`.
      renewBeforeDays: Math.min(tls.renewBeforeDays, tls.days / 3),
      caFile: tls.caFile === undefined ? null : resolve(root, tls.caFile),
    },
  };
}

function resolveApis(apis: Record<string, ApiConfig>, root: string): ResolvedApi[] {
  const named: Record<string, ApiConfig> = DEFAULT_PRESET.apis;
  return Object.entries(apis).map(([name, api]) => {
    const merged = {
      replicas: 1,
      debug: false,
      memory: '512m',
      model: 'model/model.onnx',
      ...named[name],
      ...definedOnly(api),
    };
    return {
      name,
      model: resolve(root, merged.model),
      replicas: merged.replicas,
      debug: merged.debug,
      memory: parseSize(merged.memory),
    };
  });
}

function resolveRoutes(input: RouteConfig[] | undefined, apis: ResolvedApi[]): ResolvedConfig['routes'] {
  const names = apis.map(({ name }) => name);
  const [first] = names;
  if (first === undefined) throw configError('apis: found {}; expected at least one API, e.g. { v1: {} }');
  if (input === undefined) {
    const rules = DEFAULT_PRESET.routes.flatMap(({ header, value, to }) =>
      header !== undefined && value !== undefined && names.includes(to) && names.length > 1
        ? [{ header, value, to }]
        : [],
    );
    return { default: names.includes('v1') ? 'v1' : first, rules };
  }
  const rules = input.flatMap((route, index) => headerRule(route, index, names));
  const fallback = input.at(-1);
  const defaults = input.filter(({ header, value }) => header === undefined && value === undefined);
  if (defaults.length !== 1 || fallback !== defaults[0]) {
    throw configError(
      `routes: found ${defaults.length === 1 ? 'the rule without a header before others' : `${defaults.length} rules without a header`}; expected one, the default, at the end`,
      { hint: "e.g. [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }, { to: 'v1' }]" },
    );
  }
  return { default: defaults[0]?.to ?? first, rules };
}

function headerRule(
  route: RouteConfig,
  index: number,
  names: string[],
): { header: string; value: string; to: string }[] {
  const { header, value, to } = route;
  if (!names.includes(to))
    throw configError(`routes[${index}].to: found "${to}"; expected one of apis: ${names.join(', ')}`);
  if (header === undefined && value === undefined) return [];
  if (header === undefined || value === undefined) {
    throw configError(
      `routes[${index}]: found only ${header === undefined ? '"value"' : '"header"'}; expected both header and value, or neither`,
    );
  }
  return [{ header, value, to }];
}

function resolveMonitoring(
  input: FortressConfig['monitoring'],
  preset: NonNullable<Exclude<FortressConfig['monitoring'], false>>,
): ResolvedConfig['monitoring'] {
  if (input === false) return null;
  const merged = { ...DEFAULT_PRESET.monitoring, ...definedOnly(preset), ...definedOnly(input ?? {}) };
  const grafana = { ...DEFAULT_PRESET.monitoring.grafana, ...preset.grafana, ...definedOnly(input?.grafana || {}) };
  return {
    bind: merged.bind,
    exporterPort: merged.exporterPort,
    prometheusPort: merged.prometheusPort,
    scrapeInterval: merged.scrapeInterval,
    retention: merged.retention,
    grafana:
      input?.grafana === false ? null : { port: grafana.port, user: grafana.user, password: grafana.password ?? null },
  };
}

function assertDistinctPorts({ gateway, monitoring }: ResolvedConfig): void {
  const ports: [string, number | undefined][] = [
    ['gateway.httpPort', gateway.httpPort],
    ['gateway.httpsPort', gateway.httpsPort],
    ['monitoring.exporterPort', monitoring?.exporterPort],
    ['monitoring.prometheusPort', monitoring?.prometheusPort],
    ['monitoring.grafana.port', monitoring?.grafana?.port],
  ];
  for (const [index, [key, port]] of ports.entries()) {
    const twin = ports.slice(0, index).find(([, other]) => other === port);
    if (port !== undefined && twin) {
      throw configError(`${key}: found ${port}, which ${twin[0]} has too; expected five different ports`);
    }
  }
}

function assertUnique(names: string[], key: string, noun: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw configError(`${key}: found the ${noun} "${twice}" twice; expected each once`);
}

/** `My Project!` → `my-project`; a folder name without any usable letter gives `fortress`. */
export function projectFromFolder(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return name.replaceAll(/^-+|-+$/g, '') || 'fortress';
}

/** An explicit `undefined` means "not given", so it must not overwrite a default. */
function definedOnly<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

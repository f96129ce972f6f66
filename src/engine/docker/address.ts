import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where an engine listens, and how we know. */
export interface EngineAddress {
  /** `unix:///var/run/docker.sock`, `tcp://host:2375`, `ssh://user@host`, `npipe:////./pipe/docker_engine`. */
  url: string;
  /** "DOCKER_HOST", "docker context desktop-linux", "default socket". */
  origin: string;
}

/**
 * Finds the engine as the docker command does: DOCKER_HOST, then the current context, then the
 * usual sockets.
 */
export function findEngineAddress(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): EngineAddress {
  if (env['DOCKER_HOST']) return { url: env['DOCKER_HOST'], origin: 'DOCKER_HOST' };
  const configDir = env['DOCKER_CONFIG'] ?? join(home, '.docker');
  const context = env['DOCKER_CONTEXT'] ?? currentContext(configDir);
  const endpoint = context === undefined || context === 'default' ? undefined : contextEndpoint(configDir, context);
  if (endpoint !== undefined) return { url: endpoint, origin: `docker context ${context}` };
  if (process.platform === 'win32') return { url: 'npipe:////./pipe/docker_engine', origin: 'default pipe' };
  const sockets = [
    '/var/run/docker.sock',
    ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
  ];
  const socket = sockets.find((path) => existsSync(path)) ?? '/var/run/docker.sock';
  return { url: `unix://${socket}`, origin: 'default socket' };
}

function currentContext(configDir: string): string | undefined {
  const config = readJson(join(configDir, 'config.json'));
  return typeof config?.['currentContext'] === 'string' ? config['currentContext'] : undefined;
}

/** Docker keeps a context's description in a folder named by the hash of the context's name. */
function contextEndpoint(configDir: string, context: string): string | undefined {
  const folder = createHash('sha256').update(context).digest('hex');
  const meta = readJson(join(configDir, 'contexts/meta', folder, 'meta.json')) as
    | { Endpoints?: { docker?: { Host?: string } } }
    | undefined;
  return meta?.Endpoints?.docker?.Host;
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

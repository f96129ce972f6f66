import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unreachableError } from '../../errors.js';

/** Where an engine listens, and how we know. */
export interface EngineAddress {
  /** `unix:///var/run/docker.sock`, `tcp://host:2375`, `npipe:////./pipe/docker_engine`. */
  url: string;
  /** "DOCKER_HOST", "docker context desktop-linux", "default socket". */
  origin: string;
  /** Folder of ca.pem, cert.pem and key.pem for TLS. */
  certificates?: string;
}

/**
 * Finds the engine as the docker command does: DOCKER_HOST, then the current context, then the
 * usual sockets.
 */
export function findEngineAddress(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): EngineAddress {
  if (env['DOCKER_HOST']) return { url: env['DOCKER_HOST'], origin: 'DOCKER_HOST', ...environmentTls(env, home) };
  const configDir = env['DOCKER_CONFIG'] ?? join(home, '.docker');
  const context = env['DOCKER_CONTEXT'] ?? currentContext(configDir);
  if (context !== undefined && context !== 'default') return contextAddress(configDir, context);
  if (process.platform === 'win32') return { url: 'npipe:////./pipe/docker_engine', origin: 'default pipe' };
  const sockets = [
    '/var/run/docker.sock',
    ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
  ];
  const socket = sockets.find((path) => existsSync(path)) ?? '/var/run/docker.sock';
  return { url: `unix://${socket}`, origin: 'default socket' };
}

function environmentTls(env: NodeJS.ProcessEnv, home: string): { certificates?: string } {
  return env['DOCKER_TLS_VERIFY'] ? { certificates: env['DOCKER_CERT_PATH'] ?? join(home, '.docker') } : {};
}

function currentContext(configDir: string): string | undefined {
  const config = readJson(join(configDir, 'config.json'));
  return typeof config?.['currentContext'] === 'string' ? config['currentContext'] : undefined;
}

/**
 * Docker keeps what it knows of a context in folders named by the hash of the context's name.
 * @throws FortressError (exit 3): another engine than the one that was meant is no substitute
 */
function contextAddress(configDir: string, context: string): EngineAddress {
  const folder = createHash('sha256').update(context).digest('hex');
  const meta = readJson(join(configDir, 'contexts/meta', folder, 'meta.json')) as
    | { Endpoints?: { docker?: { Host?: string } } }
    | undefined;
  const url = meta?.Endpoints?.docker?.Host;
  if (url === undefined) {
    throw unreachableError(`there is no docker context "${context}"`, {
      hint: 'list them with `docker context ls`; choose one with `docker context use` or DOCKER_CONTEXT',
    });
  }
  const certificates = join(configDir, 'contexts/tls', folder, 'docker');
  return { url, origin: `docker context ${context}`, ...(existsSync(certificates) && { certificates }) };
}

/** Whether an engine runs on this machine, so that its published ports and containers are reached from here. */
export function isLocal({ url }: EngineAddress): boolean {
  if (/^(unix|npipe):/.test(url)) return true;
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

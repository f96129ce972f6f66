import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { FortressError, messageOf, unreachableError } from '../../errors.js';
import { findEngineAddress, type EngineAddress } from './address.js';

/** Oldest Docker Engine API that everything here works on (Docker 20.10). */
const MINIMUM_API_VERSION = '1.41';

export interface Connection {
  docker: Docker;
  address: EngineAddress;
  version: string;
  /** `amd64`, `arm64`. */
  architecture: string;
}

/**
 * Connects and makes sure that somebody answers.
 * @throws FortressError (exit 3): no engine, no permission, too old
 */
export async function connect(address: EngineAddress = findEngineAddress()): Promise<Connection> {
  const docker = new Docker(clientOptions(address));
  const version = await docker.version().catch((error: unknown) => {
    throw explainConnectionError(error, address);
  });
  if (version.ApiVersion.localeCompare(MINIMUM_API_VERSION, 'en', { numeric: true }) < 0) {
    throw unreachableError(`Docker Engine ${version.Version} is too old (API ${version.ApiVersion})`, {
      hint: `update it to 20.10 or newer (API ${MINIMUM_API_VERSION})`,
    });
  }
  if (version.Os !== 'linux') {
    throw unreachableError(`the Docker Engine runs ${version.Os} containers`, {
      hint: 'switch it to Linux containers',
    });
  }
  return { docker, address, version: version.Version, architecture: version.Arch };
}

function clientOptions(address: EngineAddress): Docker.DockerOptions {
  const url = parseUrl(address);
  if (url.protocol === 'unix:') return { socketPath: decodeURIComponent(url.pathname) };
  // `//./pipe/docker_engine` as it is: a URL would drop the dot.
  if (url.protocol === 'npipe:') return { socketPath: address.url.slice('npipe://'.length) };
  const { certificates } = address;
  return {
    protocol: certificates === undefined ? 'http' : 'https',
    host: url.hostname,
    port: url.port || (certificates === undefined ? 2375 : 2376),
    ...(certificates === undefined
      ? {}
      : {
          ca: readFileSync(join(certificates, 'ca.pem')),
          cert: readFileSync(join(certificates, 'cert.pem')),
          key: readFileSync(join(certificates, 'key.pem')),
        }),
  };
}

const PROTOCOLS = ['unix:', 'npipe:', 'tcp:', 'http:', 'https:'];

/** Without this check, the client would take the default socket for an address that it doesn't understand. */
function parseUrl({ url, origin }: EngineAddress): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed && PROTOCOLS.includes(parsed.protocol)) return parsed;
  if (parsed?.protocol === 'ssh:') {
    // The Docker client for Node accepts any host key, and what we send includes private keys.
    throw unreachableError(`${origin}: found "${url}"; fortress does not speak SSH itself`, {
      hint: `forward the socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${parsed.host}, then DOCKER_HOST=unix:///tmp/docker.sock`,
    });
  }
  throw unreachableError(
    `${origin}: found "${url}"; expected an address such as unix:///var/run/docker.sock or tcp://host:2375`,
  );
}

function explainConnectionError(error: unknown, { url, origin }: EngineAddress): FortressError {
  const code = (error as NodeJS.ErrnoException).code;
  const where = `${url} (${origin})`;
  if (code === 'EACCES' || code === 'EPERM') {
    return new FortressError('ENGINE_PERMISSION', 3, `no permission to talk to the Docker Engine at ${where}`, {
      hint: 'add yourself to the docker group (sudo usermod -aG docker $USER, then log in again), or run as root',
      cause: error,
    });
  }
  return new FortressError('ENGINE_UNREACHABLE', 3, `no Docker Engine answers at ${where}`, {
    why: messageOf(error),
    hint: 'start it, or let `fortress doctor --fix` install and start one (Debian, Ubuntu)',
    cause: error,
  });
}

import { resolveConfig } from '../../src/config/resolve.js';
import type { FortressConfig, KeyType } from '../../src/config/types.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import { parseHtpasswd } from '../../src/credentials/htpasswd.js';
import { prepareCredentials, type Credentials } from '../../src/credentials/prepare.js';
import { emptyStore } from '../../src/credentials/store.js';
import { operationError } from '../../src/errors.js';
import { packageRoot } from '../../src/package-root.js';
import { probeToken } from '../../src/probe/token.js';
import { createServiceRenderer } from '../../src/render/render.js';
import { createRenderer, projectTemplates } from '../../src/render/template.js';
import { buildStack } from '../../src/stack/build.js';
import { apiService, networkName } from '../../src/stack/names.js';
import type { Service, ServiceFile, Stack } from '../../src/stack/stack.js';
import { PROJECT } from './stage.js';

/** A project as a person could have it; its credentials are written nowhere. */
export interface Project {
  config: ResolvedConfig;
  stack: Stack;
  gateway: Service;
  credentials: Credentials;
}

/** The user who sends the requests. */
export function userOf({ credentials }: Project): { name: string; password: string; sha512Crypt: string } {
  const [user] = credentials.users;
  const hash = user && parseHtpasswd(credentials.htpasswd).get(user.name);
  if (!user || !hash) throw operationError('NO_USER', 'the default stack has no user', {});
  return { ...user, sha512Crypt: hash };
}

/** What the client sends is never too much. */
const NO_LIMIT = { requestsPerSecond: 100_000, burst: 100_000 };

/**
 * The default configuration, with limits that never bite.
 * @param hosts names of the gateway, and of its certificate
 */
export async function makeProject(image: string, hosts: string[], key: KeyType): Promise<Project> {
  const input: FortressConfig = {
    gateway: { hosts, rateLimit: NO_LIMIT, connectionsPerClient: 65_535, tls: { key } },
  };
  const config = { ...resolveConfig(input, packageRoot()), project: PROJECT };
  const reference = { reference: image, origin: '' };
  const stack = buildStack(config, { subnet: '10.0.0.0/24', image: () => reference });
  const gateway = stack.services.find(({ name }) => name === 'gateway');
  if (gateway === undefined) throw operationError('NO_GATEWAY', 'the default stack has no gateway', {});
  const credentials = await prepareCredentials(config, emptyStore(), new Date());
  return { config, stack, gateway, credentials };
}

/**
 * The gateway's files, by the real templates.
 * @param backends address of the one replica, by name of its API
 */
export function renderGateway(project: Project, backends: Record<string, string>): ServiceFile[] {
  const { config, stack, gateway, credentials } = project;
  const materials = { ...credentials, probeToken: probeToken(credentials.hashKey), models: {}, secrets: {} };
  const render = createServiceRenderer(config, stack, materials, createRenderer(projectTemplates(null)));
  const network = networkName(config.project, 'backend');
  const serving = Object.entries(backends).map(([api, address]) => [
    apiService(api),
    [{ slot: 1, addresses: { [network]: address } }],
  ]);
  return render(gateway, Object.fromEntries(serving));
}

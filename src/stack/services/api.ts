import type { ResolvedApi, ResolvedConfig } from '../../config/resolved.js';
import { parseSize } from '../../config/units.js';
import { foreignModelName } from '../../model/foreign-model-name.js';
import { backendImage, type ImageName } from '../../images/image-source.js';
import { apiService, networkName } from '../names.js';
import { FILES_CURRENT, type AvailableImage, type Service } from '../stack.js';

/** Where an API listens, unless its configuration says otherwise. */
export const API_PORT = 8000;

/** Folder of an API's secrets, among its files. */
export const SECRETS_FOLDER = 'secrets';

/** Plain http: loading fetch would cost each check twice the CPU. */
const healthcheck = ({ port, health }: ResolvedApi): string =>
  `require('http').get('http://127.0.0.1:${port}${health}', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))`;

/** Most APIs: all replicas of as many, old and new side by side, have addresses in half a backend subnet. */
export const MAXIMUM_APIS = 12;

/** The image that an API runs on. */
export const imageOfApi = ({ name, backend }: ResolvedApi): ImageName =>
  backend.kind === 'server' ? 'api' : backendImage(name);

export function apiServiceOf(config: ResolvedConfig, api: ResolvedApi, image: AvailableImage): Service {
  const name = apiService(api.name);
  const isServer = api.backend.kind === 'server';
  return {
    name,
    image,
    replicas: api.replicas,
    entrypoint: [],
    command: [],
    env: { ...environment(config, api), ...(isServer ? {} : FOREIGN_ENVIRONMENT), ...api.env },
    user: api.user,
    networks: [{ network: networkName(config.project, 'backend'), aliases: [name], fixedAddress: true }],
    ports: [],
    volumes: [],
    tmpfs: { '/tmp': `rw,noexec,nosuid,nodev,size=${isServer ? 16 : 64}m,mode=1777` },
    onFileChange: { kind: 'recreate' },
    readiness: { port: api.port, path: api.health, timeout: api.startTimeout },
    healthcheck: isServer ? ['node', '-e', healthcheck(api)] : null,
    memory: api.memory,
    cpus: api.cpus,
    pids: api.pids,
    stopSignal: 'SIGTERM',
    stopTimeout: 15,
    rollout: api.rollout,
  };
}

/** What fortress's own server serves is ONNX, however the file is called; a program of somebody else's may go by the ending. */
const modelName = ({ backend, model }: ResolvedApi): string =>
  backend.kind === 'server' || model === null ? 'model.onnx' : foreignModelName(model);

/** What every API is told, whatever runs in it. */
const environment = ({ project, gateway }: ResolvedConfig, api: ResolvedApi): Record<string, string> => ({
  API_VERSION: api.name,
  DEBUG_PROBABILITIES: String(api.debug),
  ...(api.model !== null && { MODEL_PATH: `${FILES_CURRENT}/${modelName(api)}` }),
  // The same for every API: which one answers is the routes' choice, not the client's.
  MODEL_NAME: project,
  PORT: String(api.port),
  BODY_LIMIT: String(parseSize(gateway.bodyLimit)),
  ...(Object.keys(api.secrets).length > 0 && { SECRETS_PATH: `${FILES_CURRENT}/${SECRETS_FOLDER}` }),
});

/** Programs that keep something in the user's home find one that they can write to. */
const FOREIGN_ENVIRONMENT = { HOME: '/tmp' };

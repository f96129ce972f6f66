import type { ResolvedApi, ResolvedConfig } from '../../config/resolved.js';
import { parseSize } from '../../config/units.js';
import { apiService, networkName } from '../names.js';
import { FILES_CURRENT, type AvailableImage, type Service } from '../stack.js';

export const API_PORT = 8000;

/** Plain http: loading fetch would cost each check twice the CPU. */
const HEALTHCHECK = `require('http').get('http://127.0.0.1:${API_PORT}/ready', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))`;

/** Most APIs: all replicas of as many, old and new side by side, have addresses in half a backend subnet. */
export const MAXIMUM_APIS = 12;

export function apiServices({ project, apis, gateway }: ResolvedConfig, image: AvailableImage): Service[] {
  const bodyLimit = parseSize(gateway.bodyLimit);
  return apis.map((api) => service(project, api, image, bodyLimit));
}

function service(project: string, api: ResolvedApi, image: AvailableImage, bodyLimit: number): Service {
  const name = apiService(api.name);
  return {
    name,
    image,
    replicas: api.replicas,
    entrypoint: [],
    command: [],
    env: {
      API_VERSION: api.name,
      DEBUG_PROBABILITIES: String(api.debug),
      MODEL_PATH: `${FILES_CURRENT}/model.onnx`,
      // The same for every API: which one answers is the routes' choice, not the client's.
      MODEL_NAME: project,
      PORT: String(API_PORT),
      BODY_LIMIT: String(bodyLimit),
    },
    user: '10001:10001',
    networks: [{ network: networkName(project, 'backend'), aliases: [name], fixedAddress: true }],
    ports: [],
    volumes: [],
    tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=16m,mode=1777' },
    onFileChange: { kind: 'recreate' },
    readiness: { port: API_PORT, path: '/ready', timeout: 60 },
    healthcheck: ['node', '-e', HEALTHCHECK],
    memory: api.memory,
    pids: 128,
    stopSignal: 'SIGTERM',
    stopTimeout: 15,
    rollout: api.rollout,
  };
}

import type { ResolvedConfig } from '../../config/resolved.js';
import { networkName, volumeName } from '../names.js';
import { FILES_CURRENT, FILES_NEXT, type AvailableImage, type Service } from '../stack.js';

export const PROMETHEUS_PORT = 9090;
const PROMETHEUS_DATA = 'prometheus-data';

type Monitoring = NonNullable<ResolvedConfig['monitoring']>;

export function prometheusService({ project }: ResolvedConfig, monitoring: Monitoring, image: AvailableImage): Service {
  return {
    name: 'prometheus',
    image,
    replicas: 1,
    entrypoint: ['prometheus'],
    command: [
      `--config.file=${FILES_CURRENT}/prometheus.yml`,
      '--storage.tsdb.path=/prometheus',
      `--storage.tsdb.retention.time=${monitoring.retention}`,
    ],
    env: {},
    user: '65534:65534',
    networks: [
      { network: networkName(project, 'edge'), aliases: ['prometheus'], fixedAddress: false },
      // To reach the replicas, which are nowhere else and need not find it.
      { network: networkName(project, 'backend'), aliases: [], fixedAddress: false },
    ],
    ports: [{ bind: monitoring.bind, host: monitoring.prometheusPort, container: PROMETHEUS_PORT }],
    volumes: [{ name: volumeName(project, PROMETHEUS_DATA), path: '/prometheus' }],
    tmpfs: {},
    onFileChange: {
      kind: 'reload',
      test: ['promtool', 'check', 'config', `${FILES_NEXT}/prometheus.yml`],
      signal: 'SIGHUP',
      confirm: 'none',
      announce: null,
    },
    readiness: { port: PROMETHEUS_PORT, path: '/-/ready', timeout: 60 },
    healthcheck: ['wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${PROMETHEUS_PORT}/-/ready`],
    memory: 512 * 1024 ** 2,
    cpus: null,
    pids: 128,
    stopSignal: 'SIGTERM',
    stopTimeout: 30,
    rollout: null,
  };
}

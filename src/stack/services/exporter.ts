import type { ResolvedConfig } from '../../config/resolved.js';
import { networkName } from '../names.js';
import type { AvailableImage, Service } from '../stack.js';
import { STATUS_PATH, STATUS_PORT } from './gateway.js';

export const EXPORTER_PORT = 9113;

type Monitoring = NonNullable<ResolvedConfig['monitoring']>;

/** nginx-prometheus-exporter: turns the gateway's stub_status page into metrics. */
export function exporterService({ project }: ResolvedConfig, monitoring: Monitoring, image: AvailableImage): Service {
  return {
    name: 'exporter',
    image,
    replicas: 1,
    entrypoint: ['/usr/bin/nginx-prometheus-exporter'],
    command: [`--nginx.scrape-uri=http://gateway:${STATUS_PORT}${STATUS_PATH}`],
    env: {},
    user: '65534:65534',
    networks: [{ network: networkName(project, 'edge'), aliases: ['exporter'], fixedAddress: false }],
    ports: [{ bind: monitoring.bind, host: monitoring.exporterPort, container: EXPORTER_PORT }],
    volumes: [],
    tmpfs: {},
    onFileChange: { kind: 'recreate' },
    readiness: { port: EXPORTER_PORT, path: '/metrics', timeout: 30 },
    // The official image holds the binary and nothing else.
    healthcheck: null,
    memory: 64 * 1024 ** 2,
    cpus: null,
    pids: 64,
    stopSignal: 'SIGTERM',
    stopTimeout: 5,
    rollout: null,
  };
}

import type { FortressConfig } from './types.js';

/** What every project starts from. */
export const DEFAULT_PRESET = {
  gateway: {
    hosts: ['localhost', '127.0.0.1'],
    bind: '0.0.0.0',
    httpPort: 80,
    httpsPort: 443,
    bodyLimit: '64k',
    users: ['admin'],
    rateLimit: { requestsPerSecond: 10, burst: 5, status: 503 },
    connectionsPerClient: 1024,
    passwords: { hash: 'sha512-crypt', wrongPerMinute: 60 },
    tls: { key: 'ecdsa-p256', days: 365, renewBeforeDays: 30, hsts: false },
  },
  apis: {
    v1: { model: 'model/model.onnx', replicas: 3, debug: false, memory: '512m' },
    v2: { model: 'model/model.onnx', replicas: 1, debug: true, memory: '512m' },
  },
  routes: [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }, { to: 'v1' }],
  monitoring: {
    bind: '127.0.0.1',
    exporterPort: 9113,
    prometheusPort: 9090,
    scrapeInterval: '5s',
    retention: '15d',
    grafana: { port: 3000, user: 'admin' },
  },
  images: { source: 'auto' },
  hooks: { timeout: '10m' },
} satisfies FortressConfig;

/** The fixed values of the course's exam: its test script relies on them. */
const EXAM_PRESET = {
  gateway: {
    httpPort: 8080,
    users: [{ name: 'admin', password: 'admin' }],
    tls: { caFile: 'deployments/nginx/certs/nginx.crt' },
  },
  monitoring: { grafana: { user: 'admin', password: 'admin' } },
} satisfies FortressConfig;

export const PRESETS: Record<NonNullable<FortressConfig['preset']>, FortressConfig> = {
  default: {},
  exam: EXAM_PRESET,
};

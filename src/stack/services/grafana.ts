import type { ResolvedConfig } from '../../config/resolved.js';
import { networkName, volumeName } from '../names.js';
import { FILES_CURRENT, type AvailableImage, type Service } from '../stack.js';

const GRAFANA_PORT = 3000;
const GRAFANA_DATA = 'grafana-data';

type Monitoring = NonNullable<ResolvedConfig['monitoring']>;

export function grafanaService(
  { project }: ResolvedConfig,
  { bind, grafana }: Monitoring,
  image: AvailableImage,
): Service {
  return {
    name: 'grafana',
    image,
    replicas: 1,
    entrypoint: [],
    command: [],
    env: {
      GF_SECURITY_ADMIN_USER: grafana?.user ?? 'admin',
      GF_SECURITY_ADMIN_PASSWORD__FILE: `${FILES_CURRENT}/admin-password`,
      GF_PATHS_PROVISIONING: `${FILES_CURRENT}/provisioning`,
      GF_LOG_MODE: 'console',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
      GF_PLUGINS_PREINSTALL_DISABLED: 'true',
      GF_USERS_ALLOW_SIGN_UP: 'false',
    },
    user: '472:0',
    networks: [{ network: networkName(project, 'edge'), aliases: ['grafana'], fixedAddress: false }],
    ports: [{ bind, host: grafana?.port ?? GRAFANA_PORT, container: GRAFANA_PORT }],
    volumes: [{ name: volumeName(project, GRAFANA_DATA), path: '/var/lib/grafana' }],
    tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=64m,mode=1777' },
    onFileChange: { kind: 'recreate' },
    readiness: { port: GRAFANA_PORT, path: '/api/health', timeout: 90 },
    healthcheck: ['wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${GRAFANA_PORT}/api/health`],
    memory: 512 * 1024 ** 2,
    cpus: null,
    pids: 256,
    stopSignal: 'SIGTERM',
    stopTimeout: 10,
    rollout: null,
  };
}

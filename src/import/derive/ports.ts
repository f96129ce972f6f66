import { PRESETS, DEFAULT_PRESET } from '../../config/presets.js';
import type { FortressConfig, GatewayConfig, GrafanaConfig, MonitoringConfig } from '../../config/types.js';
import type { ImportContext } from './context.js';

type PortsOf = Pick<FortressConfig, 'gateway' | 'monitoring'>;

/** Five different ports, as they are published; one that another has already is moved, and that is told. */
export function withDistinctPorts<Config extends FortressConfig>(
  config: Config,
  { notes, compose }: ImportContext,
): Config {
  const taken = new Set<number>();
  let result: PortsOf = config;
  for (const { key, usual, get, set } of PORTS) {
    if (key.startsWith('monitoring') && !isWatched(config, key)) continue;
    const implied =
      key === 'gateway.httpPort' ? (PRESETS[config.preset ?? 'default'].gateway?.httpPort ?? usual) : usual;
    const wanted = get(result) ?? implied;
    let port = wanted;
    while (taken.has(port)) port = port >= 65_000 ? 10_000 : port + 1;
    taken.add(port);
    if (port === wanted) continue;
    notes.leave(
      `${key}: ${wanted}`,
      compose.file,
      `another service has that port already; it is ${port} now`,
      `set ${key}`,
    );
    result = set(result, port);
  }
  return { ...config, ...result };
}

const isWatched = ({ monitoring }: FortressConfig, key: string): boolean =>
  monitoring !== false && !(key.includes('grafana') && monitoring?.grafana === false);

interface PortKey {
  key: string;
  usual: number;
  get(config: PortsOf): number | undefined;
  set(config: PortsOf, port: number): PortsOf;
}

const gatewayPort = (name: 'httpPort' | 'httpsPort'): PortKey => ({
  key: `gateway.${name}`,
  usual: DEFAULT_PRESET.gateway[name],
  get: ({ gateway }) => gateway?.[name],
  set: (config, port) => ({ ...config, gateway: { ...config.gateway, [name]: port } satisfies GatewayConfig }),
});

const monitoringPort = (name: 'exporterPort' | 'prometheusPort'): PortKey => ({
  key: `monitoring.${name}`,
  usual: DEFAULT_PRESET.monitoring[name],
  get: ({ monitoring }) => (monitoring || {})[name],
  set: (config, port) => ({
    ...config,
    monitoring: { ...config.monitoring, [name]: port } satisfies MonitoringConfig,
  }),
});

const grafanaOf = ({ monitoring }: PortsOf): GrafanaConfig => (monitoring || {}).grafana || {};

const grafanaPort: PortKey = {
  key: 'monitoring.grafana.port',
  usual: DEFAULT_PRESET.monitoring.grafana.port,
  get: (config) => grafanaOf(config).port,
  set: (config, port) => ({
    ...config,
    monitoring: { ...config.monitoring, grafana: { ...grafanaOf(config), port } },
  }),
};

const PORTS = [
  gatewayPort('httpsPort'),
  gatewayPort('httpPort'),
  monitoringPort('exporterPort'),
  monitoringPort('prometheusPort'),
  grafanaPort,
];

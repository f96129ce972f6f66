import type { ResolvedApi, ResolvedConfig } from '../../config/resolved.js';
import { prometheusView } from '../../render/views.js';
import { STATUS_PATH, STATUS_PORT } from '../../stack/services/gateway.js';
import type { ExportMaterial } from '../exported.js';
import type { Access } from './access.js';
import { linksOf } from './links.js';

/** Ports on which submissions are known to publish their APIs by mistake. */
const USUAL_API_PORTS = [8000, 8001, 8002];

/** Targets of Prometheus that are no replicas: exporter, gateway, itself. */
const OTHER_TARGETS = 3;

/** What `exam/tests/run_tests.sh.eta` may use. */
export function testView({ config, serving }: ExportMaterial, access: Access): object {
  const { gateway, monitoring, apis, routes } = config;
  const { host, https, http, exporter, prometheus, grafana } = linksOf(config);
  const fallback = apiNamed(config, routes.default);
  // Shares go by the client's address: one client cannot tell which API is its own.
  const isShared = routes.weights.length > 0;
  const answering = isShared ? [fallback, ...routes.weights.map(({ to }) => apiNamed(config, to))] : [fallback];
  const rules = routes.rules.map(({ header, value, to }) => {
    const api = apiNamed(config, to);
    return { header, value, api: to, debug: api.debug };
  });
  return {
    host,
    https,
    http,
    httpsPort: gateway.httpsPort,
    replicas: Math.min(...answering.map(({ replicas }) => replicas)),
    defaultApi: isShared ? '' : fallback.name,
    defaultDebug: fallback.debug,
    routes: rules,
    debugRoute: rules.find(({ debug }) => debug) ?? null,
    rateLimit: gateway.rateLimit,
    // A tenth more than the rate wants; without one nothing has to be waited for.
    pause: gateway.rateLimit === null ? 0 : (1.1 / gateway.rateLimit.requestsPerSecond).toFixed(3),
    apiPorts: [...new Set([...USUAL_API_PORTS, ...apis.map(({ port }) => port)])],
    namesInstances: answering.every(({ backend }) => backend.kind === 'server'),
    statusPort: STATUS_PORT,
    statusPath: STATUS_PATH,
    user: access.user,
    password: access.password ?? '',
    monitoring: monitoring && {
      exporter,
      prometheus,
      targets: prometheusView(config, serving, monitoring.scrapeInterval).replicas.length + OTHER_TARGETS,
      grafana: monitoring.grafana && {
        url: grafana,
        user: monitoring.grafana.user,
        password: access.grafanaPassword ?? "$(sed -n 's/^GRAFANA_PASSWORD=//p' .env)",
      },
    },
  };
}

function apiNamed({ apis }: ResolvedConfig, name: string): ResolvedApi {
  const api = apis.find((each) => each.name === name);
  if (!api) throw new Error(`no API is called ${name}`);
  return api;
}

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

/** Status by which nginx closes the connection without an answer, which curl calls 000. */
const HANG_UP = 444;

type Rule = Pick<ResolvedConfig['routes']['rules'][number], 'header' | 'value'>;

/** What `exam/tests/run_tests.sh.eta` may use. */
export function testView({ config, serving }: ExportMaterial, access: Access): object {
  const { gateway, monitoring, apis, routes } = config;
  const { host, https, http, exporter, prometheus, grafana } = linksOf(config);
  const fallback = apiNamed(config, routes.default);
  // Shares go by the client's address: one client cannot tell which API is its own.
  const isShared = routes.weights.length > 0;
  const shares = sharesOf(config);
  const answering = isShared ? shares.map(({ name }) => apiNamed(config, name)) : [fallback];
  const rules = routes.rules.map(({ header, value, to }) => {
    const api = apiNamed(config, to);
    return { header, value, api: to, debug: api.debug, others: otherValues(routes.rules, { header, value }) };
  });
  return {
    host,
    https,
    http,
    httpsPort: gateway.httpsPort,
    replicas: fallback.replicas,
    shares: isShared ? shares : null,
    defaultApi: isShared ? '' : fallback.name,
    defaultDebug: fallback.debug,
    routes: rules,
    debugRoute: rules.find(({ debug }) => debug) ?? null,
    rateLimit: gateway.rateLimit,
    limitedStatus: gateway.rateLimit?.status === HANG_UP ? '000' : gateway.rateLimit?.status,
    flood: { skipped: whyNoFlood(gateway.rateLimit), logins: Math.min(4, gateway.passwords.wrongPerMinute) },
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

/** What part of the clients that no rule took each API answers, each API once. */
function sharesOf(config: ResolvedConfig): { name: string; percent: number; replicas: number }[] {
  const { weights, default: fallback } = config.routes;
  const rest = 100 - weights.reduce((sum, { percent }) => sum + percent, 0);
  const percents = new Map<string, number>();
  for (const { to, percent } of [...weights, { to: fallback, percent: rest }])
    percents.set(to, (percents.get(to) ?? 0) + percent);
  return [...percents].map(([name, percent]) => ({ name, percent, replicas: apiNamed(config, name).replicas }));
}

/** Values of a rule's header that lead to no API of their own, though some are much like that of the rule. */
const otherValues = (rules: Rule[], { header, value }: Rule): string[] => {
  const taken = rules.filter((rule) => rule.header.toLowerCase() === header.toLowerCase()).map((rule) => rule.value);
  return ['control', `no-${value}`, `${value}ger`].filter((other) => !taken.includes(other));
};

/** Why one curl cannot find out where the limit is; null where it can. */
function whyNoFlood(limit: ResolvedConfig['gateway']['rateLimit']): string | null {
  if (limit === null) return 'no limit is configured';
  const { requestsPerSecond, burst } = limit;
  if (requestsPerSecond > 500 || burst > 500) return 'curl cannot ask so often';
  return burst > 120 * requestsPerSecond ? 'its allowance takes more than two minutes to fill up again' : null;
}

function apiNamed({ apis }: ResolvedConfig, name: string): ResolvedApi {
  const api = apis.find((each) => each.name === name);
  if (!api) throw new Error(`no API is called ${name}`);
  return api;
}

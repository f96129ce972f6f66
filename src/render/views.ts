import type { ResolvedApi, ResolvedConfig, ResolvedRoutes } from '../config/resolved.js';
import { parseDuration } from '../config/units.js';
import { apiService, networkName, upstreamName } from '../stack/names.js';
import { EXPORTER_PORT } from '../stack/services/exporter.js';
import { CLOSING_FILE, LOGINS_FOLDER, METRICS_PATH, STATUS_PATH, STATUS_PORT } from '../stack/services/gateway.js';
import { PROMETHEUS_PORT } from '../stack/services/prometheus.js';

/**
 * Containers that serve, by service name: their number, their fixed addresses by network, and where they listen if
 * that need not be where the configuration says.
 */
export type Serving = Readonly<Record<string, { slot: number; addresses: Record<string, string>; port?: number }[]>>;

/** A container that serves an API. */
export interface ServingReplica {
  /** `10.200.4.11:8000` */
  address: string;
  /** `api-v1-2`, as it calls itself in `X-Instance-Id`. */
  name: string;
}

/** What `nginx/nginx.conf.eta` may use. */
export interface GatewayView {
  project: string;
  bodyLimit: string;
  rateLimit: { requestsPerSecond: number; burst: number; status: number } | null;
  /** Declared hosts in the form nginx compares them with; the first one is where unknown hosts are sent. */
  hosts: string[];
  /** `:8443`, or nothing for 443. */
  httpsPortSuffix: string;
  /** Steps of the decision which API answers: each looks at one header and falls through to the next. */
  routes: { variable: string; headerVariable: string; pattern: string; upstream: string; otherwise: string }[];
  /** The last step, where weights are configured: shares of the clients that no header led anywhere. */
  split: { variable: string; shares: { percent: number; upstream: string }[]; otherwise: string } | null;
  /** `api`: its name in the configuration, `v1`. */
  upstreams: { name: string; api: string; servers: ServingReplica[] }[];
  statusPort: number;
  statusPath: string;
  /** Fortress runs it, and tells it things while it runs; false: it was written out for others to run. */
  managed: boolean;
  /** While it is there, connections end with their answer. */
  closingFile: string;
  /** Names of the files beside `nginx.conf`. */
  files: { certificate: string; certificateKey: string; passwords: string };
  /** Requests of one address that may be under way at a time. */
  connectionsPerClient: number;
  /** Browsers are told to use HTTPS only, from now on. */
  hsts: boolean;
  passwords: {
    /** Another one for each password file. */
    generation: string;
    /** Where logins that were right are remembered. */
    folder: string;
    /** How many wrong ones an address may try. */
    wrongPerMinute: number;
  };
  /** What the gateway counts for Prometheus; null: nobody asks. */
  metrics: GatewayMetrics | null;
}

interface GatewayMetrics {
  /** Of the status server. */
  path: string;
  /** Every replica that serves: `v1 api-v1-1, v1 api-v1-2, v2 api-v2-1`. */
  servingReplicas: string;
  /** Seconds since 1970. */
  certificateExpiry: number;
  /** The same for people. */
  certificateExpiryDate: string;
}

/** What `prometheus/prometheus.yml.eta` may use. */
export interface PrometheusView {
  project: string;
  scrapeInterval: string;
  exporterTarget: string;
  /** Where the gateway tells what it counted. */
  gateway: { target: string; path: string };
  prometheusTarget: string;
  /** Every container that serves and has figures; `arm` is the name of its API: `v1`; `path`: where it tells them. */
  replicas: (ServingReplica & { arm: string; path: string })[];
}

/** What `prometheus/rules.yml.eta` may use. */
export interface RulesView {
  project: string;
  /** How far back a rate looks: `60s`. */
  rateWindow: string;
  /** Days before its end from which on `fortress up` renews the certificate, or a person has to. */
  renewBeforeDays: number;
  /** The certificate is not one that fortress makes. */
  ownCertificate: boolean;
  /** Statuses of what is not wrong but too much: `429|503`, and that of the rate limit. */
  turnedAway: string;
  /** Command lines that help. `apiLogs`: of the API that the label `arm` names. */
  commands: { up: string; status: string; gatewayLogs: string; apiLogs: string; scale: string };
}

/** What the Grafana templates may use. */
export interface GrafanaView {
  project: string;
  prometheusUrl: string;
  scrapeInterval: string;
  /** Folder that the dashboards lie in, inside the container. */
  dashboardFolder: string;
}

/** What the gateway's configuration must know of its credentials. */
export interface GatewayCredentials {
  /** When the certificate that is served expires. */
  expiresAt: Date;
  /** Another one for each password file; tells nothing of what is in it. */
  passwordGeneration: string;
}

export function gatewayView(
  config: ResolvedConfig,
  serving: Serving,
  { expiresAt, passwordGeneration }: GatewayCredentials,
): GatewayView {
  const { gateway, project } = config;
  return {
    project,
    bodyLimit: gateway.bodyLimit,
    rateLimit: gateway.rateLimit,
    hosts: gateway.hosts.map(hostInUrl),
    httpsPortSuffix: gateway.httpsPort === 443 ? '' : `:${gateway.httpsPort}`,
    routes: routeSteps(config.routes),
    split: splitStep(config.routes),
    upstreams: config.apis.map((api) => ({
      name: upstreamName(api.name),
      api: api.name,
      servers: servingReplicas(project, api, serving),
    })),
    statusPort: STATUS_PORT,
    statusPath: STATUS_PATH,
    managed: true,
    closingFile: CLOSING_FILE,
    files: { certificate: 'server.crt', certificateKey: 'server.key', passwords: 'htpasswd' },
    connectionsPerClient: gateway.connectionsPerClient,
    hsts: gateway.tls.hsts,
    passwords: {
      generation: passwordGeneration,
      folder: LOGINS_FOLDER,
      wrongPerMinute: gateway.passwords.wrongPerMinute,
    },
    metrics: config.monitoring && gatewayMetrics(config, serving, expiresAt),
  };
}

function gatewayMetrics(config: ResolvedConfig, serving: Serving, certificateExpiry: Date): GatewayMetrics {
  return {
    path: METRICS_PATH,
    servingReplicas: armedReplicas(config, serving)
      .map(({ arm, name }) => `${arm} ${name}`)
      .join(', '),
    certificateExpiry: Math.floor(certificateExpiry.getTime() / 1000),
    certificateExpiryDate: certificateExpiry.toISOString(),
  };
}

/** IPv6 addresses stand in brackets, in a Host header as in a URL. */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** What the steps by header fall through to in the end. */
const lastStep = (routes: ResolvedRoutes): string => splitStep(routes)?.variable ?? upstreamName(routes.default);

function routeSteps(routes: ResolvedRoutes): GatewayView['routes'] {
  const { rules } = routes;
  return rules.map(({ header, value, to }, index) => ({
    variable: index === 0 ? '$api' : `$api_${index}`,
    headerVariable: `$http_${header.toLowerCase().replaceAll('-', '_')}`,
    // A plain string in a map is compared without regard to case, a regular expression with it.
    pattern: `~^${value.replaceAll('.', String.raw`\.`)}$`,
    upstream: upstreamName(to),
    otherwise: index === rules.length - 1 ? lastStep(routes) : `$api_${index + 1}`,
  }));
}

function splitStep({ rules, weights, default: fallback }: ResolvedRoutes): GatewayView['split'] {
  if (weights.length === 0) return null;
  return {
    variable: rules.length === 0 ? '$api' : '$api_by_weight',
    shares: weights.map(({ percent, to }) => ({ percent, upstream: upstreamName(to) })),
    otherwise: upstreamName(fallback),
  };
}

function servingReplicas(project: string, api: ResolvedApi, serving: Serving): ServingReplica[] {
  const service = apiService(api.name);
  return (serving[service] ?? []).map(({ slot, addresses, port = api.port }) => ({
    address: `${addresses[networkName(project, 'backend')]}:${port}`,
    name: `${service}-${slot}`,
  }));
}

/** Every container that serves, with the name of its API and where it tells its figures. */
const armedReplicas = ({ project, apis }: ResolvedConfig, serving: Serving): ArmedReplica[] =>
  apis.flatMap((api) =>
    servingReplicas(project, api, serving).map((replica) => ({ ...replica, arm: api.name, path: api.metrics })),
  );

type ArmedReplica = ServingReplica & { arm: string; path: string | null };

export function prometheusView(config: ResolvedConfig, serving: Serving, scrapeInterval: string): PrometheusView {
  return {
    project: config.project,
    scrapeInterval,
    exporterTarget: `exporter:${EXPORTER_PORT}`,
    gateway: { target: `gateway:${STATUS_PORT}`, path: METRICS_PATH },
    prometheusTarget: `localhost:${PROMETHEUS_PORT}`,
    replicas: armedReplicas(config, serving).flatMap(({ path, ...replica }) =>
      path === null ? [] : [{ ...replica, path }],
    ),
  };
}

/** Seconds; as long as four scrapes where these are rare, so that one that failed leaves enough for a rate. */
const RATE_WINDOW = 60;

export function rulesView({ project, gateway }: ResolvedConfig, scrapeInterval: string): RulesView {
  return {
    project,
    rateWindow: `${Math.max(RATE_WINDOW, Math.ceil(4 * parseDuration(scrapeInterval)))}s`,
    renewBeforeDays: gateway.tls.renewBeforeDays,
    ownCertificate: gateway.tls.own !== null,
    turnedAway: [...new Set([429, 503, gateway.rateLimit?.status ?? 503])].toSorted((a, b) => a - b).join('|'),
    commands: {
      up: 'fortress up',
      status: 'fortress status',
      gatewayLogs: 'fortress logs gateway',
      apiLogs: 'fortress logs api-{{ $labels.arm }}',
      scale: 'fortress scale',
    },
  };
}

export function grafanaView(config: ResolvedConfig, scrapeInterval: string, dashboardFolder: string): GrafanaView {
  return {
    project: config.project,
    prometheusUrl: `http://prometheus:${PROMETHEUS_PORT}`,
    scrapeInterval,
    dashboardFolder,
  };
}

import { isIP } from 'node:net';
import type { ResolvedConfig, ResolvedRoutes } from '../config/resolved.js';
import { parseDuration } from '../config/units.js';
import { hostInUrl } from '../render/views.js';
import type { EngineFacts } from './engine-facts.js';
import { USUAL_FIELDS } from './prediction.js';
import type { PromisedPort } from './promised-ports.js';
import { DISCOVERY_SECONDS } from './scrape-wait.js';
import type { SecretText } from './secret-texts.js';
import type { TargetSpec } from './target.js';

export interface OwnCredentials {
  user: string;
  password: string;
  /** PEM. */
  caCertificate: string;
  grafanaPassword: string | null;
  /** Lets verify ask as many clients; null: `up` has not made it yet. */
  probeToken: string | null;
  /** All of them, and all others. */
  secrets: SecretText[];
}

export interface OwnFacts extends Omit<EngineFacts, 'engine'> {
  /** Labels of the default API's model. */
  labels: string[];
}

/** What a configuration promises, as a target to be verified. Pure. */
export function ownTarget(
  config: ResolvedConfig,
  credentials: OwnCredentials,
  { labels, omitted, instances, deployment }: OwnFacts,
): TargetSpec {
  const { gateway, apis, routes } = config;
  const host = gateway.hosts[0] ?? 'localhost';
  const { user, password, caCertificate, probeToken } = credentials;
  return {
    isOwn: true,
    https: origin('https', host, gateway.httpsPort),
    http: origin('http', host, gateway.httpPort),
    connectTo: gatewayAddress(host, gateway.bind),
    user,
    password,
    ca: caCertificate,
    predictPath: '/predict',
    ...USUAL_FIELDS,
    ...experimentOf(config),
    ...splitOf(routes, probeToken),
    replicas: apis.find(({ name }) => name === routes.default)?.replicas ?? 1,
    arms: Object.fromEntries(
      apis
        .filter(({ metrics }) => metrics !== null)
        .map(({ name, replicas, backend }) => [name, { replicas, saysItsName: backend.kind === 'server' }]),
    ),
    instances,
    deployment,
    published: publishedBy(config),
    secrets: credentials.secrets,
    labels,
    rateLimit: gateway.rateLimit,
    ...monitoringOf(config, credentials, omitted),
    omitted,
  };
}

function publishedBy({ gateway, monitoring }: ResolvedConfig): PromisedPort[] {
  return [
    ...at(gateway.bind, [gateway.httpsPort, gateway.httpPort]),
    ...(monitoring
      ? at(monitoring.bind, [monitoring.exporterPort, monitoring.prometheusPort, monitoring.grafana?.port])
      : []),
  ];
}

const at = (address: string, ports: (number | undefined)[]): PromisedPort[] =>
  ports.flatMap((port) => (port === undefined ? [] : [{ address, port }]));

/** The first route from an API without probabilities to one that has them. */
function experimentOf({ apis, routes }: ResolvedConfig): Pick<TargetSpec, 'experiment' | 'versions'> {
  const debugApis = new Set(apis.filter(({ debug }) => debug).map(({ name }) => name));
  const rule = routes.rules.find(({ to }) => debugApis.has(to));
  if (!rule || debugApis.has(routes.default)) return { experiment: null, versions: null };
  return {
    experiment: { header: rule.header, value: rule.value },
    versions: { default: routes.default, experiment: rule.to },
  };
}

function splitOf({ weights, default: fallback }: ResolvedRoutes, token: string | null): Pick<TargetSpec, 'split'> {
  if (weights.length === 0) return {};
  const shares: Record<string, number> = { [fallback]: 100 };
  for (const { percent, to } of weights) {
    shares[fallback] = (shares[fallback] ?? 0) - percent;
    shares[to] = (shares[to] ?? 0) + percent;
  }
  return { split: { shares, default: fallback, token } };
}

function monitoringOf(
  { monitoring }: ResolvedConfig,
  { grafanaPassword }: OwnCredentials,
  omitted: Record<string, string>,
): Pick<TargetSpec, 'exporter' | 'prometheus' | 'grafana'> {
  if (!monitoring) return { exporter: null, prometheus: null, grafana: null };
  const url = (port: number): string => origin('http', reachable(monitoring.bind), port);
  const { exporterPort, prometheusPort, scrapeInterval, grafana } = monitoring;
  const unlessOmitted = <T>(service: string, part: T): T | null => (service in omitted ? null : part);
  return {
    exporter: unlessOmitted('exporter', url(exporterPort)),
    prometheus: unlessOmitted('prometheus', {
      url: url(prometheusPort),
      scrapeIntervalSeconds: parseDuration(scrapeInterval),
      discoverySeconds: DISCOVERY_SECONDS,
    }),
    grafana: unlessOmitted(
      'grafana',
      grafana && { url: url(grafana.port), user: grafana.user, password: grafanaPassword ?? '' },
    ),
  };
}

/** A declared name need not resolve here; the published port is on this machine whatever it is called. */
function gatewayAddress(host: string, bind: string): string | null {
  const isAll = bind === '0.0.0.0' || bind === '::';
  if (isAll && (host === 'localhost' || isIP(host) !== 0)) return null;
  return reachable(bind);
}

const reachable = (bind: string): string => (bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind);

function origin(scheme: 'http' | 'https', host: string, port: number): string {
  const standard = scheme === 'https' ? 443 : 80;
  return `${scheme}://${hostInUrl(host)}${port === standard ? '' : `:${port}`}`;
}

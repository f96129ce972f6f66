import type { ResolvedConfig } from '../../config/resolved.js';
import { hostInUrl } from '../../render/views.js';

/** Where people and tests find a stack. */
export interface Links {
  /** Host of the URLs, an IPv6 one in brackets. */
  host: string;
  https: string;
  http: string;
  exporter: string | null;
  prometheus: string | null;
  grafana: string | null;
}

export function linksOf({ gateway, monitoring }: ResolvedConfig): Links {
  const host = hostInUrl(gateway.hosts[0] ?? 'localhost');
  const at = (port: number | undefined): string | null =>
    monitoring === null || port === undefined ? null : `http://${reachable(monitoring.bind)}:${port}`;
  return {
    host,
    https: `https://${host}${gateway.httpsPort === 443 ? '' : `:${gateway.httpsPort}`}`,
    http: `http://${host}${gateway.httpPort === 80 ? '' : `:${gateway.httpPort}`}`,
    exporter: at(monitoring?.exporterPort),
    prometheus: at(monitoring?.prometheusPort),
    grafana: at(monitoring?.grafana?.port),
  };
}

/** Who listens everywhere is asked here. */
const reachable = (bind: string): string =>
  ['0.0.0.0', '127.0.0.1', '::'].includes(bind) ? 'localhost' : hostInUrl(bind);

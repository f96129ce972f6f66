import type { ResolvedConfig } from '../config/resolved.js';
import { hostInUrl } from '../render/views.js';

/** Where the parts of a stack are reached from this machine. */
export interface StackUrls {
  predict: string;
  http: string;
  exporter: string | null;
  prometheus: string | null;
  grafana: string | null;
}

export function urlsOf({ gateway, monitoring }: ResolvedConfig): StackUrls {
  const host = hostInUrl(gateway.hosts[0] ?? 'localhost');
  const monitor = monitoring
    ? hostInUrl(monitoring.bind === '0.0.0.0' || monitoring.bind === '::' ? 'localhost' : monitoring.bind)
    : '';
  return {
    predict: `https://${host}${port(gateway.httpsPort, 443)}/predict`,
    http: `http://${host}${port(gateway.httpPort, 80)}/`,
    exporter: monitoring && `http://${monitor}:${monitoring.exporterPort}/metrics`,
    prometheus: monitoring && `http://${monitor}:${monitoring.prometheusPort}/`,
    grafana: monitoring?.grafana ? `http://${monitor}:${monitoring.grafana.port}/` : null,
  };
}

const port = (number: number, standard: number): string => (number === standard ? '' : `:${number}`);

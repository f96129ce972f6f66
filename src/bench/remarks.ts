import type { ResolvedConfig } from '../config/resolved.js';

/** In what the copy differs from the stack of its configuration: sentences. Pure. */
export function remarksOn({ gateway: { rateLimit }, routes, monitoring }: ResolvedConfig): string[] {
  const remarks = [
    rateLimit === null
      ? 'The configuration has no rate limit, so there is no such layer.'
      : `The limit counts every request, but lets all pass: the configuration's own ${rateLimit.requestsPerSecond} requests/s are one client's share, not what the stack serves.`,
    'The engine does not check the health of the copy: a check now and then would be a part of some rounds only.',
  ];
  if (routes.weights.length > 0) {
    remarks.push(`Shares by weight are left out: the client has one address, and gets ${routes.default}.`);
  }
  if (monitoring !== null) {
    remarks.push('Prometheus, Grafana and the exporter are not part of the copy; what the gateway counts for them is.');
  }
  return remarks;
}

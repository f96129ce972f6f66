/** The images that exist outside: everything but the API image, which is built on `node`. */
export type OfficialImage = 'nginx' | 'node' | 'exporter' | 'prometheus' | 'grafana';

/** Official images by full version, so that the same configuration gives the same stack next month. */
export const OFFICIAL_IMAGES: Record<OfficialImage, string> = {
  nginx: 'nginx:1.30.6-alpine',
  node: 'node:24.20.0-trixie-slim',
  exporter: 'nginx/nginx-prometheus-exporter:1.4.2',
  prometheus: 'prom/prometheus:v3.13.2',
  grafana: 'grafana/grafana:12.4.10',
};

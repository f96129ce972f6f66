/** The images that exist outside. The API image is built on `node`; Dockerfiles may ask for `node` and `python`. */
export type OfficialImage = 'nginx' | 'node' | 'python' | 'exporter' | 'prometheus' | 'grafana';

/** Official images by full version, so that the same configuration gives the same stack next month. */
export const OFFICIAL_IMAGES: Record<OfficialImage, string> = {
  nginx: 'nginx:1.30.6-alpine',
  node: 'node:24.20.0-trixie-slim',
  python: 'python:3.13.9-slim-trixie',
  exporter: 'nginx/nginx-prometheus-exporter:1.4.2',
  prometheus: 'prom/prometheus:v3.13.2',
  grafana: 'grafana/grafana:12.4.10',
};

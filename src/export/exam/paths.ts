/** Where the exam wants things, from the top of the tree. */
export const PATHS = {
  nginx: 'deployments/nginx',
  exporter: 'deployments/exporter',
  prometheus: 'deployments/prometheus',
  grafana: 'deployments/grafana',
  debian: 'deployments/debian',
  api: 'src/api',
  model: 'model',
  secrets: 'secrets',
} as const;

/** The certificate that clients trust; made by `make gen-certs`. */
export const CERTIFICATE = `${PATHS.nginx}/certs/nginx.crt`;

/** Names of nginx' files, from the folder of `nginx.conf`. */
export const NGINX_FILES = {
  certificate: 'certs/nginx.crt',
  certificateKey: 'certs/nginx.key',
  passwords: '.htpasswd',
} as const;

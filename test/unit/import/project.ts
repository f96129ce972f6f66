import { importProject, type Imported } from '../../../src/import/import-project.js';
import type { ProjectFiles } from '../../../src/import/project-files.js';

/** A project of the given files, as if it had been read; what has no text is there, too. */
const projectOf = (files: Record<string, string>, unreadable: string[]): ProjectFiles => ({
  folder: '/project',
  names: Object.keys(files).toSorted(),
  texts: new Map(Object.entries(files).filter(([name]) => !unreadable.includes(name))),
});

export const NOW = new Date('2026-06-01T00:00:00Z');

export const importOf = (files: Record<string, string>, target = '/project', unreadable: string[] = []): Imported =>
  importProject(projectOf(files, unreadable), { target, source: 'exam', now: NOW });

/** What is left, one line each. */
export const leftIn = ({ left }: Imported): string[] => left.map(({ what }) => what);

const COMPOSE = `name: moods
services:
  nginx:
    build: ./deployments/nginx
    ports: ['8080:80', '443:443']
  api-v1:
    build: ./src/api/v1
    deploy: { replicas: 3 }
  api-v2:
    build: ./src/api/v2
  exporter:
    image: nginx/nginx-prometheus-exporter:1.4
    ports: ['127.0.0.1:9113:9113']
  prometheus:
    image: prom/prometheus:v3
    ports: ['127.0.0.1:9095:9090']
    volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml:ro']
    command: [--storage.tsdb.retention.time=7d]
  grafana:
    image: grafana/grafana:11
    ports: ['127.0.0.1:3001:3000']
    environment: { GF_SECURITY_ADMIN_USER: boss, GF_SECURITY_ADMIN_PASSWORD: plain }
`;

export const NGINX = `events {}
http {
  limit_req_zone $binary_remote_addr zone=z:10m rate=20r/s;
  limit_req_status 429;
  map $http_x_experiment_group $arm { default one; "~^debug$" two; }
  upstream one { server api-v1:8000; }
  upstream two { server api-v2:9000; }
  server { listen 80; server_name moods.example; return 301 https://$host$request_uri; }
  server {
    listen 443 ssl;
    server_name moods.example;
    client_max_body_size 128k;
    ssl_certificate /etc/nginx/certs/nginx.crt;
    ssl_certificate_key /etc/nginx/certs/nginx.key;
    location /predict {
      auth_basic "who are you";
      auth_basic_user_file /etc/nginx/.htpasswd;
      limit_req zone=z burst=7 nodelay;
      proxy_pass http://$arm;
    }
  }
}
`;

/** A project that fortress does all of, but for its certificate, which is not there. */
export const PROJECT: Record<string, string> = {
  'docker-compose.yml': COMPOSE,
  'deployments/nginx/Dockerfile':
    'FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\nCOPY .htpasswd /etc/nginx/\n',
  'deployments/nginx/nginx.conf': NGINX,
  'deployments/nginx/.htpasswd': 'admin:{PLAIN}admin\n',
  'src/api/v1/Dockerfile': 'FROM python:3.13-slim\nEXPOSE 8000\n',
  'src/api/v1/main.py': 'app = FastAPI()\n@app.get("/health")\n',
  'src/api/v2/Dockerfile': 'FROM python:3.13-slim\nCMD ["uvicorn", "main:app", "--port", "9000"]\n',
  'prometheus.yml':
    'global:\n  scrape_interval: 10s\nscrape_configs:\n  - job_name: nginx\n    static_configs: [{ targets: [exporter:9113] }]\n',
};

import type { HostConfig } from 'dockerode';
import { formatHtpasswd } from '../../../src/credentials/htpasswd.js';
import type { Profile } from '../../../src/verify/profile.js';
import type { GrafanaStandIn } from './grafana.js';
import type { Identity } from '../../unit/verify/support/certificates.js';

/** Ports of this machine that are free for one case. */
export interface CasePorts {
  https: number;
  http: number;
  /** For what a case publishes besides. */
  other: number;
  exporter: number;
  prometheus: number;
  grafana: number;
}

/** A container of one of the two APIs. */
export interface ApiContainer {
  /** Compose service; containers of one service share its name in the network's DNS. */
  service: string;
  /** Name in the network's DNS, besides the service's. */
  alias: string;
  image: 'v1' | 'v2';
  env?: Record<string, string>;
  user?: string;
  /** No health check. */
  unchecked?: true;
  /** Of the same image under the tag `latest`. */
  latest?: true;
  /** Started, and then stopped. */
  exited?: true;
  published?: { bind: string; port: number };
  /** Lives in the host's network, where it listens on this port. */
  hostPort?: number;
  host?: HostConfig;
}

/** The solution of a student, as data: what plain docker compose would start. */
export interface StudentStack {
  ports: CasePorts;
  nginxConf: string;
  /** Files beside nginx.conf. */
  files: Record<string, string>;
  apis: ApiContainer[];
  /** The network of the APIs has no way out; the gateway is in another one as well. */
  isInternal?: boolean;
  gateway: {
    /** Compose service and project, if not `nginx` of the same project as the APIs. */
    service?: string;
    project?: string;
    restart?: 'no';
    host?: HostConfig;
    /** Container port → port of this machine. */
    published: Record<number, number>;
    /** Address of this machine that they are published on. */
    bind: string;
  };
  /** What the exporter scrapes, and what Prometheus scrapes; null: not started. */
  exporter: { scrapeUri: string } | null;
  prometheus: { config: string } | null;
  grafana: GrafanaStandIn | null;
  /** CA that verify is given. */
  ca: string;
  /** What verify is told otherwise than by default. */
  promise: Profile;
}

export const CREDENTIALS = { user: 'ana', password: 'correct-horse-battery' };

/** apr1, as `htpasswd` makes it by default. */
const HTPASSWD = formatHtpasswd([{ name: CREDENTIALS.user, password: CREDENTIALS.password }], {
  hash: 'apr1',
  current: '',
});

export const REPLICAS: ApiContainer[] = [
  { service: 'api-v1', alias: 'api-v1-1', image: 'v1' },
  { service: 'api-v1', alias: 'api-v1-2', image: 'v1' },
  { service: 'api-v1', alias: 'api-v1-3', image: 'v1' },
];
export const DEBUG_API: ApiContainer = { service: 'api-v2', alias: 'api-v2-1', image: 'v2' };
export const ALL_APIS: ApiContainer[] = [...REPLICAS, DEBUG_API];

/** A right solution: the base that every case changes. */
export const studentStack = (ports: CasePorts, identity: Identity): StudentStack => ({
  ports,
  nginxConf: nginxConf(ports),
  files: { 'nginx.crt': identity.server.certificate, 'nginx.key': identity.server.key, '.htpasswd': HTPASSWD },
  apis: ALL_APIS,
  gateway: { published: { 443: ports.https, 80: ports.http }, bind: '127.0.0.1' },
  exporter: null,
  prometheus: null,
  grafana: null,
  ca: identity.ca,
  promise: {},
});

const nginxConf = ({ https }: CasePorts): string => `
worker_processes auto;
pid /tmp/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }

http {
    access_log /dev/stdout;
    client_body_temp_path /tmp/client_body;
    proxy_temp_path       /tmp/proxy;
    fastcgi_temp_path     /tmp/fastcgi;
    uwsgi_temp_path       /tmp/uwsgi;
    scgi_temp_path        /tmp/scgi;

    limit_req_zone $binary_remote_addr zone=api_limit:10m rate=10r/s;

    upstream api_v1 {
        server api-v1-1:8000;
        server api-v1-2:8000;
        server api-v1-3:8000;
    }
    upstream api_v2 {
        server api-v2-1:8000;
    }
    map $http_x_experiment_group $api {
        default api_v1;
        "debug" api_v2;
    }

    server {
        listen 80;
        return 301 https://localhost:${https}$request_uri;
    }

    server {
        listen 443 ssl;
        ssl_certificate     nginx.crt;
        ssl_certificate_key nginx.key;
        ssl_protocols       TLSv1.2 TLSv1.3;

        location /predict {
            limit_req zone=api_limit burst=5 nodelay;
            auth_basic "Restricted";
            auth_basic_user_file .htpasswd;
            proxy_pass http://$api;
            proxy_set_header Host $host;
        }
        location / {
            return 404;
        }
    }

    server {
        listen 8081;
        location /nginx_status {
            stub_status;
        }
    }
}
`;

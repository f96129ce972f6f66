import { FILES_CURRENT } from '../../src/stack/stack.js';
import { API_PORT } from '../../src/stack/services/api.js';
import { file, type Actor } from './stage.js';

export const NGINX = ['nginx', '-e', 'stderr', '-c', `${FILES_CURRENT}/nginx.conf`, '-g', 'daemon off;'];

/** A backend that costs as little as one can: it says one thing, and keeps its connections. */
export const backend = (name: string, answer: object): Actor => ({
  name,
  command: NGINX,
  files: [file('nginx.conf', configuration(JSON.stringify(answer)))],
});

const configuration = (answer: string): string => `worker_processes 1;
pid /tmp/nginx.pid;
error_log stderr warn;
events {
    worker_connections 4096;
}
http {
    client_body_temp_path /tmp/client_body;
    proxy_temp_path       /tmp/proxy;
    fastcgi_temp_path     /tmp/fastcgi;
    uwsgi_temp_path       /tmp/uwsgi;
    scgi_temp_path        /tmp/scgi;
    access_log            off;
    default_type          application/json;
    keepalive_requests    1000000000;
    server {
        listen ${API_PORT};
        return 200 '${answer}';
    }
}
`;

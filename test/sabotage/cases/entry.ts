import { networkInterfaces } from 'node:os';
import { all, edit, type SabotageCase } from '../support/sabotage-case.js';
import { ALL_APIS, type ApiContainer } from '../support/student-stack.js';

const REST = 'location / {\n            return 404;\n        }';
const TLS_SERVER = 'listen 443 ssl;';
const STATUS_LOCATION = 'location /nginx_status {\n            stub_status;\n        }';
const PRIVATE_NETWORKS = 'allow 127.0.0.0/8; allow 10.0.0.0/8; allow 172.16.0.0/12; allow 192.168.0.0/16; deny all;';

const location = (text: string): SabotageCase['change'] => edit([REST, `${text}\n        ${REST}`]);

/** Publishes another port of the gateway, on every address of the machine. */
const publishing =
  (containerPort: number): SabotageCase['change'] =>
  (stack) => ({
    ...stack,
    gateway: {
      ...stack.gateway,
      bind: '0.0.0.0',
      published: { ...stack.gateway.published, [containerPort]: stack.ports.other },
    },
  });

/** Publishes the API of one container past the gateway. */
const publishedApi =
  (alias: string, bind: string): SabotageCase['change'] =>
  (stack) => ({
    ...stack,
    apis: ALL_APIS.map((api): ApiContainer =>
      api.alias === alias ? { ...api, published: { bind, port: stack.ports.other } } : api,
    ),
  });

/** This machine's first address that is not loopback. */
const ownAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';

export const ENTRY_CASES: SabotageCase[] = [
  {
    id: 'entry-api-published',
    kind: 'sabotage',
    what: 'a replica publishes its port',
    change: publishedApi('api-v1-1', '0.0.0.0'),
    expect: { 'entry.ports': 'fail', 'proxy.predict': 'pass' },
    fast: true,
  },
  {
    id: 'entry-debug-api-published',
    kind: 'sabotage',
    what: 'the debug API publishes its port',
    change: publishedApi('api-v2-1', '0.0.0.0'),
    expect: { 'entry.ports': 'fail' },
  },
  {
    id: 'entry-plain-listener',
    kind: 'sabotage',
    what: 'the same server listens without TLS too',
    change: all(edit([TLS_SERVER, `${TLS_SERVER}\n        listen 8080;`]), publishing(8080)),
    expect: { 'entry.ports': 'fail', 'http.redirect': 'pass' },
  },
  {
    id: 'entry-plain-server',
    kind: 'sabotage',
    what: 'a server without TLS and password on another port',
    change: all(
      edit([
        '    server {\n        listen 80;',
        '    server {\n        listen 8000;\n        location / { proxy_pass http://$api; }\n    }\n    server {\n        listen 80;',
      ]),
      publishing(8000),
    ),
    expect: { 'entry.ports': 'fail' },
  },
  {
    id: 'entry-second-tls-server',
    kind: 'sabotage',
    what: 'a server with TLS but without a password on another port',
    change: all(
      edit([
        '    server {\n        listen 80;',
        '    server {\n        listen 8443 ssl;\n        ssl_certificate nginx.crt;\n        ssl_certificate_key nginx.key;\n        location / { proxy_pass http://$api; }\n    }\n    server {\n        listen 80;',
      ]),
      publishing(8443),
    ),
    expect: { 'entry.ports': 'fail' },
  },
  {
    id: 'entry-host-network',
    kind: 'sabotage',
    what: "a replica lives in the host's network",
    change: (stack) => ({
      ...stack,
      apis: [
        ...ALL_APIS,
        {
          service: 'api-v1',
          alias: 'api-v1-4',
          image: 'v1',
          hostPort: stack.ports.other,
          env: { PORT: String(stack.ports.other) },
        },
      ],
    }),
    expect: { 'entry.ports': 'fail' },
  },
  {
    id: 'entry-api-on-loopback',
    kind: 'variant',
    what: 'a replica publishes its port on 127.0.0.1 only',
    change: publishedApi('api-v1-1', '127.0.0.1'),
    expect: { 'entry.ports': ['pass', 'warn'] },
  },
  {
    id: 'entry-all-addresses',
    kind: 'variant',
    what: 'the gateway is published on every address',
    change: (stack) => ({ ...stack, gateway: { ...stack.gateway, bind: '0.0.0.0' } }),
    expect: { 'entry.ports': 'pass', 'status.private': 'pass', 'proxy.predict': 'pass' },
  },
  {
    id: 'leak-root',
    kind: 'sabotage',
    what: 'the root leads to the API without a password',
    change: edit([REST, 'location / { proxy_pass http://api_v1; }']),
    expect: { 'entry.leak': ['warn', 'fail'], 'auth.required': 'pass' },
    fast: true,
  },
  {
    id: 'leak-docs',
    kind: 'sabotage',
    what: 'the documentation of the API is open',
    change: location('location ~ ^/(docs|openapi.json)$ { proxy_pass http://api_v1; }'),
    expect: { 'entry.leak': ['warn', 'fail'], 'auth.required': 'pass' },
  },
  {
    id: 'leak-health',
    kind: 'variant',
    what: 'the health of the API is open',
    change: location('location = /health { proxy_pass http://api_v1; }'),
    expect: { 'entry.leak': 'pass', 'auth.paths': 'pass', 'auth.required': 'pass' },
  },
  {
    id: 'leak-own-health',
    kind: 'variant',
    what: "the gateway's own health is open",
    change: location(`location = /health { return 200 "ok"; }`),
    expect: { 'entry.leak': 'pass', 'auth.paths': 'pass' },
  },
  {
    id: 'leak-static-root',
    kind: 'variant',
    what: 'a static page at the root',
    change: all(edit([REST, 'location / { root /etc/nginx/html; }']), (stack) => ({
      ...stack,
      files: { ...stack.files, 'html/index.html': '<!DOCTYPE html><title>Sentiment</title><h1>Welcome</h1>\n' },
    })),
    expect: { 'entry.leak': 'pass', 'auth.paths': 'pass', 'auth.required': 'pass' },
  },
  {
    id: 'status-allow-all',
    kind: 'sabotage',
    what: 'the status page on the port of the API, for everybody',
    change: location('location /nginx_status { stub_status; allow all; }'),
    expect: { 'status.private': 'fail' },
  },
  {
    id: 'status-with-password',
    kind: 'sabotage',
    what: 'the status page on the port of the API, with a password',
    change: location(
      'location /nginx_status { stub_status; auth_basic "Restricted"; auth_basic_user_file .htpasswd; }',
    ),
    expect: { 'status.private': 'fail' },
  },
  {
    id: 'status-bridge',
    kind: 'sabotage',
    what: "an allow-list that holds the bridge's gateway, and so everybody on this machine",
    change: location(`location /nginx_status { stub_status; ${PRIVATE_NETWORKS} }`),
    expect: { 'status.private': 'fail' },
  },
  {
    id: 'status-own-address',
    kind: 'sabotage',
    what: "an allow-list that holds the machine's own address",
    change: all(
      (stack) => location(`location /nginx_status { stub_status; allow ${ownAddress()}; deny all; }`)(stack),
      (stack) => ({ ...stack, gateway: { ...stack.gateway, bind: '0.0.0.0' } }),
    ),
    expect: { 'status.private': 'fail' },
  },
  {
    id: 'status-plain',
    kind: 'sabotage',
    what: 'the status page on the plain listener',
    change: (stack) => {
      const redirect = `return 301 https://localhost:${stack.ports.https}$request_uri;`;
      return edit([redirect, `location /stub_status { stub_status; }\n        location / { ${redirect} }`])(stack);
    },
    expect: { 'status.private': 'fail', 'http.redirect': 'pass' },
  },
  {
    id: 'status-published',
    kind: 'sabotage',
    what: 'the port of the status page is published',
    change: publishing(8081),
    expect: { 'status.private': 'fail' },
    fast: true,
  },
  {
    id: 'status-published-allow-list',
    kind: 'sabotage',
    what: 'the port of the status page is published, to private networks',
    change: all(
      edit([STATUS_LOCATION, `location /nginx_status { stub_status; ${PRIVATE_NETWORKS} }`]),
      publishing(8081),
    ),
    expect: { 'status.private': 'fail' },
  },
  {
    id: 'status-published-other-path',
    kind: 'sabotage',
    what: 'the port of the status page is published, and its path is /basic_status',
    change: all(edit([STATUS_LOCATION, 'location = /basic_status { stub_status; }']), publishing(8081)),
    expect: { 'status.private': 'fail' },
  },
  {
    id: 'status-loopback-only',
    kind: 'variant',
    what: "the status page on the port of the API, for the container's own loopback",
    change: location('location /nginx_status { stub_status; allow 127.0.0.1; deny all; }'),
    expect: { 'status.private': 'pass' },
  },
];

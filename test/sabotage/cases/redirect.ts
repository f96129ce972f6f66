import { edit, type SabotageCase } from '../support/sabotage-case.js';
import type { StudentStack } from '../support/student-stack.js';

/** Replaces what the plain listener does. */
const plain =
  (directives: (https: number) => string): SabotageCase['change'] =>
  (stack) =>
    edit([`return 301 https://localhost:${stack.ports.https}$request_uri;`, directives(stack.ports.https)])(stack);

const unpublished = (stack: StudentStack): StudentStack => ({
  ...stack,
  gateway: { ...stack.gateway, published: { 443: stack.ports.https } },
});

const redirecting = (status: number, fast?: true): SabotageCase => ({
  id: `redirect-${status}`,
  kind: 'variant',
  what: `the redirect is a ${status}`,
  change: plain((https) => `return ${status} https://localhost:${https}$request_uri;`),
  expect: { 'http.redirect': 'pass' },
  ...(fast && { fast }),
});

export const REDIRECT_CASES: SabotageCase[] = [
  {
    id: 'redirect-api-on-plain',
    kind: 'sabotage',
    what: 'the plain listener serves the API',
    change: plain(() => 'location / { proxy_pass http://$api; }'),
    expect: { 'http.redirect': 'fail' },
  },
  {
    id: 'redirect-api-on-plain-auth',
    kind: 'sabotage',
    what: 'the plain listener serves the API with a password',
    change: plain(
      () => 'location / { auth_basic "Restricted"; auth_basic_user_file .htpasswd; proxy_pass http://$api; }',
    ),
    expect: { 'http.redirect': 'fail' },
  },
  {
    id: 'redirect-get-only',
    kind: 'sabotage',
    what: 'GET is redirected, POST is served',
    change: plain(
      (https) => `location / {
            if ($request_method = GET) { return 301 https://localhost:${https}$request_uri; }
            proxy_pass http://$api;
        }`,
    ),
    expect: { 'http.redirect': 'fail' },
  },
  {
    id: 'redirect-no-listener',
    kind: 'sabotage',
    what: 'nothing is published for plain HTTP',
    change: unpublished,
    expect: { 'http.redirect': 'fail', 'proxy.predict': 'pass' },
  },
  {
    id: 'redirect-wrong-port',
    kind: 'sabotage',
    what: 'to the standard port, which is not published',
    change: plain(() => 'return 301 https://localhost$request_uri;'),
    expect: { 'http.redirect': 'fail' },
    fast: true,
  },
  {
    id: 'redirect-container-port',
    kind: 'sabotage',
    what: 'to the port inside the container',
    change: plain(() => 'return 301 https://$host:443$request_uri;'),
    expect: { 'http.redirect': 'fail' },
  },
  {
    id: 'redirect-lost-path',
    kind: 'sabotage',
    what: 'to the root, whatever was asked for',
    change: plain((https) => `return 301 https://localhost:${https}/;`),
    expect: { 'http.redirect': 'fail' },
  },
  {
    id: 'redirect-lost-query',
    kind: 'sabotage',
    what: 'without the query',
    change: plain((https) => `return 301 https://localhost:${https}$uri;`),
    expect: { 'http.redirect': 'fail' },
  },
  {
    id: 'redirect-to-http',
    kind: 'sabotage',
    what: 'to plain HTTP again',
    change: plain((https) => `return 301 http://localhost:${https}$request_uri;`),
    expect: { 'http.redirect': 'fail' },
  },
  redirecting(302),
  redirecting(307),
  redirecting(308, true),
  {
    id: 'redirect-host',
    kind: 'variant',
    what: "to the host of the client's choice",
    change: plain((https) => `return 301 https://$host:${https}$request_uri;`),
    expect: { 'http.redirect': 'pass' },
  },
  {
    id: 'redirect-rewrite',
    kind: 'variant',
    what: 'by a rewrite',
    change: plain((https) => `rewrite ^(.*)$ https://localhost:${https}$1 permanent;`),
    expect: { 'http.redirect': 'pass' },
  },
];

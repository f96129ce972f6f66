import { all, edit, told, type SabotageCase } from '../support/sabotage-case.js';
import { ALL_APIS, DEBUG_API, REPLICAS, type ApiContainer, type StudentStack } from '../support/student-stack.js';

const withApis =
  (apis: ApiContainer[]) =>
  (stack: StudentStack): StudentStack => ({ ...stack, apis });

const withEnv = (env: Record<string, string>): SabotageCase['change'] =>
  withApis(ALL_APIS.map((api) => ({ ...api, env })));

const STATIC_ANSWER = `return 200 '{"prediction value":"love"}';`;

export const PROXY_CASES: SabotageCase[] = [
  {
    id: 'base',
    kind: 'variant',
    what: 'the solution as it should be',
    change: (stack) => stack,
    expect: {
      'proxy.predict': 'pass',
      'tls.trust': 'pass',
      'tls.protocols': 'pass',
      'tls.grade': 'pass',
      'http.redirect': 'pass',
      'entry.ports': 'pass',
      'entry.leak': 'pass',
      'lb.replicas': 'pass',
      'lb.spread': 'pass',
      'auth.required': 'pass',
      'auth.paths': 'pass',
      'auth.ok': 'pass',
      'ab.default': 'pass',
      'ab.debug': 'pass',
      'ab.only': 'pass',
      'status.private': 'pass',
      'target.identity': 'pass',
    },
    fast: true,
  },
  {
    id: 'base-rate',
    kind: 'variant',
    what: 'the same solution, flooded',
    change: (stack) => stack,
    expect: { 'rate.limit': 'pass', 'rate.recovery': 'pass' },
    timed: true,
  },
  {
    id: 'proxy-static-fake',
    kind: 'sabotage',
    what: 'nginx answers itself, always the same',
    change: edit(['proxy_pass http://$api;', STATIC_ANSWER]),
    expect: { 'proxy.predict': 'fail' },
    fast: true,
  },
  {
    id: 'proxy-static-fake-open',
    kind: 'sabotage',
    what: '200 and the same body to everybody, on both ports and all paths',
    change: edit(
      ['proxy_pass http://$api;', STATIC_ANSWER],
      ['auth_basic "Restricted";', ''],
      ['limit_req zone=api_limit burst=5 nodelay;', ''],
      ['return 404;', STATIC_ANSWER],
      ['return 301 https://localhost:', `${STATIC_ANSWER} #`],
    ),
    expect: {
      'proxy.predict': 'fail',
      'http.redirect': 'fail',
      'auth.required': 'fail',
      'ab.debug': 'fail',
      'rate.limit': 'fail',
    },
  },
  {
    id: 'proxy-one-label',
    kind: 'sabotage',
    what: 'an API that predicts the same whatever the sentence',
    change: withEnv({ PREDICTS: 'love' }),
    expect: { 'proxy.predict': 'fail', 'auth.ok': 'pass' },
  },
  {
    id: 'proxy-stopped-apis',
    kind: 'sabotage',
    what: 'all replicas of v1 are stopped',
    change: all(
      withApis([...REPLICAS.map((api): ApiContainer => ({ ...api, exited: true })), DEBUG_API]),
      // Names of stopped containers cannot be resolved, and nginx would not start: nobody listens on port 9.
      edit(
        ['server api-v1-1:8000;', 'server 127.0.0.1:9;'],
        ['server api-v1-2:8000;', ''],
        ['server api-v1-3:8000;', ''],
      ),
    ),
    expect: { 'proxy.predict': 'fail', 'lb.replicas': 'fail', 'ab.debug': 'pass' },
  },
  {
    id: 'proxy-other-fields',
    kind: 'variant',
    what: 'other keys in the bodies, as verify was told',
    change: all(withEnv({ FIELD: 'text', ANSWER: 'label' }), told({ requestField: 'text', responseField: 'label' })),
    expect: { 'proxy.predict': 'pass', 'auth.ok': 'pass', 'ab.default': 'pass', 'ab.debug': 'pass' },
  },
  {
    id: 'proxy-maintenance',
    kind: 'sabotage',
    what: '503 to every prediction, as a dead stack says behind a page',
    change: edit(['proxy_pass http://$api;', 'return 503;']),
    expect: { 'proxy.predict': 'fail', 'auth.ok': 'fail' },
  },
  {
    id: 'proxy-no-queries',
    kind: 'variant',
    what: 'a query that nobody knows is refused',
    change: edit(['limit_req zone=api_limit', 'if ($args) { return 400; }\n            limit_req zone=api_limit']),
    expect: {
      'proxy.predict': 'pass',
      'lb.replicas': 'pass',
      'lb.spread': 'pass',
      'ab.default': 'pass',
      'ab.debug': 'pass',
      'auth.required': 'pass',
    },
  },
];

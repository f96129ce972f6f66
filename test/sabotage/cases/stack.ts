import { edit, type SabotageCase } from '../support/sabotage-case.js';
import type { ApiContainer, StudentStack } from '../support/student-stack.js';

const HYGIENE = {
  'hygiene.users': 'pass',
  'hygiene.health': 'pass',
  'hygiene.images': 'pass',
  'hygiene.restart': 'pass',
} as const;

/** Changes the containers of both APIs. */
const apis =
  (change: Partial<ApiContainer>): SabotageCase['change'] =>
  (stack) => ({ ...stack, apis: stack.apis.map((api) => ({ ...api, ...change })) });

const gateway =
  (change: Partial<StudentStack['gateway']>): SabotageCase['change'] =>
  (stack) => ({ ...stack, gateway: { ...stack.gateway, ...change } });

export const STACK_CASES: SabotageCase[] = [
  {
    id: 'identity-neighbour',
    kind: 'sabotage',
    what: "another project's gateway has the port, with a certificate of the same CA",
    change: gateway({ project: 'sabotage-neighbour' }),
    expect: { 'target.identity': 'fail' },
    fast: true,
  },
  {
    id: 'identity-other-names',
    kind: 'variant',
    what: 'services with other names',
    change: async (stack) => {
      const renamed = await gateway({ service: 'reverse-proxy' })(stack);
      const services: Record<string, string> = { 'api-v1': 'sentiment', 'api-v2': 'sentiment-experimental' };
      return {
        ...renamed,
        apis: renamed.apis.map((api) => ({ ...api, service: services[api.service] ?? api.service })),
      };
    },
    expect: {
      'target.identity': 'pass',
      'entry.ports': 'pass',
      'lb.replicas': 'pass',
      'lb.spread': 'pass',
      'ab.default': 'pass',
      'ab.debug': 'pass',
    },
  },
  { id: 'hygiene-right', kind: 'variant', what: 'as it should be', change: edit(), expect: HYGIENE },
  {
    id: 'hygiene-root',
    kind: 'sabotage',
    what: 'the APIs run as root',
    change: apis({ user: '0:0' }),
    expect: { ...HYGIENE, 'hygiene.users': ['warn', 'fail'] },
  },
  {
    id: 'hygiene-unchecked',
    kind: 'sabotage',
    what: 'the APIs have no health check',
    change: apis({ unchecked: true }),
    expect: { ...HYGIENE, 'hygiene.health': ['warn', 'fail'] },
  },
  {
    id: 'hygiene-latest',
    kind: 'sabotage',
    what: 'the APIs are of an image called latest',
    change: apis({ latest: true }),
    expect: { ...HYGIENE, 'hygiene.images': ['warn', 'fail'] },
  },
  {
    id: 'hygiene-no-restart',
    kind: 'sabotage',
    what: 'nobody restarts the gateway',
    change: gateway({ restart: 'no' }),
    expect: { ...HYGIENE, 'hygiene.restart': ['warn', 'fail'] },
  },
];

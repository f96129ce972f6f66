import { all, edit, type SabotageCase } from '../support/sabotage-case.js';
import { DEBUG_API, REPLICAS, type ApiContainer } from '../support/student-stack.js';

const REPLICA = { first: 'server api-v1-1:8000;', second: 'server api-v1-2:8000;', third: 'server api-v1-3:8000;' };

const withReplicas =
  (replicas: ApiContainer[]): SabotageCase['change'] =>
  (stack) => ({ ...stack, apis: [...replicas, DEBUG_API] });

/** A name of a service that was scaled stands for all of its containers. */
const scaledService = edit([REPLICA.first, 'server api-v1:8000;'], [REPLICA.second, ''], [REPLICA.third, '']);

/** Before the first server of the upstream. */
const method = (directive: string): SabotageCase['change'] =>
  edit([REPLICA.first, `${directive}\n        ${REPLICA.first}`]);

const BOTH = { 'lb.replicas': 'pass', 'lb.spread': 'pass' } as const;

export const BALANCING_CASES: SabotageCase[] = [
  {
    id: 'lb-one-replica',
    kind: 'sabotage',
    what: 'one replica runs',
    change: all(withReplicas(REPLICAS.slice(0, 1)), scaledService),
    expect: { 'lb.replicas': 'fail', 'proxy.predict': 'pass' },
  },
  {
    id: 'lb-two-replicas',
    kind: 'sabotage',
    what: 'two replicas run',
    change: all(withReplicas(REPLICAS.slice(0, 2)), scaledService),
    expect: { 'lb.replicas': 'fail', 'proxy.predict': 'pass' },
  },
  {
    id: 'lb-one-exited',
    kind: 'sabotage',
    what: 'one of three replicas has exited',
    change: all(
      withReplicas(REPLICAS.map((api, index): ApiContainer => (index === 2 ? { ...api, exited: true } : api))),
      scaledService,
    ),
    expect: { 'lb.replicas': 'fail', 'proxy.predict': 'pass' },
  },
  {
    id: 'lb-backup',
    kind: 'sabotage',
    what: 'two of the servers are backups',
    change: edit([REPLICA.second, 'server api-v1-2:8000 backup;'], [REPLICA.third, 'server api-v1-3:8000 backup;']),
    expect: { 'lb.spread': 'fail', 'lb.replicas': 'pass' },
    fast: true,
  },
  {
    id: 'lb-one-backup',
    kind: 'sabotage',
    what: 'one of the servers is a backup',
    change: edit([REPLICA.third, 'server api-v1-3:8000 backup;']),
    expect: { 'lb.spread': 'fail' },
  },
  {
    id: 'lb-down',
    kind: 'sabotage',
    what: 'one of the servers is marked down',
    change: edit([REPLICA.third, 'server api-v1-3:8000 down;']),
    expect: { 'lb.spread': 'fail' },
  },
  {
    id: 'lb-single-address',
    kind: 'sabotage',
    what: 'the upstream has one address of three',
    change: edit([REPLICA.second, ''], [REPLICA.third, '']),
    expect: { 'lb.spread': 'fail', 'lb.replicas': 'pass' },
  },
  {
    id: 'lb-named-replicas',
    kind: 'variant',
    what: 'the API names its replica in a header',
    change: withReplicas(REPLICAS.map((api) => ({ ...api, env: { NAME: 'yes' } }))),
    expect: BOTH,
  },
  {
    id: 'lb-three-services',
    kind: 'variant',
    what: 'three services instead of one that is scaled',
    change: withReplicas(REPLICAS.map((api) => ({ ...api, service: api.alias }))),
    expect: BOTH,
  },
  {
    id: 'lb-scaled-service',
    kind: 'variant',
    what: 'one name that stands for three containers',
    change: scaledService,
    expect: BOTH,
  },
  {
    id: 'lb-four-replicas',
    kind: 'variant',
    what: 'four replicas',
    change: all(
      withReplicas([...REPLICAS, { service: 'api-v1', alias: 'api-v1-4', image: 'v1' }]),
      edit([REPLICA.third, `${REPLICA.third}\n        server api-v1-4:8000;`]),
    ),
    expect: BOTH,
  },
  {
    id: 'lb-least-conn',
    kind: 'variant',
    what: 'least_conn',
    change: method('least_conn;'),
    expect: BOTH,
  },
  {
    id: 'lb-random',
    kind: 'variant',
    what: 'random',
    change: method('random;'),
    expect: BOTH,
    timed: true,
  },
  {
    id: 'lb-random-two',
    kind: 'variant',
    what: 'random two least_conn',
    change: method('random two least_conn;'),
    expect: BOTH,
  },
  {
    id: 'lb-zone-keepalive',
    kind: 'variant',
    what: 'a shared zone and connections that are kept',
    change: all(
      method('zone api_v1 64k;'),
      edit(
        [REPLICA.third, `${REPLICA.third}\n        keepalive 16;`],
        ['proxy_pass http://$api;', 'proxy_pass http://$api; proxy_http_version 1.1; proxy_set_header Connection "";'],
      ),
    ),
    expect: BOTH,
  },
  {
    id: 'lb-weights',
    kind: 'variant',
    what: 'weights 3, 2 and 1',
    change: edit([REPLICA.first, 'server api-v1-1:8000 weight=3;'], [REPLICA.second, 'server api-v1-2:8000 weight=2;']),
    expect: { 'lb.replicas': 'pass', 'lb.spread': ['pass', 'warn'] },
  },
  {
    id: 'lb-resolver',
    kind: 'variant',
    what: "Docker's DNS is asked for the scaled service again and again",
    change: all(
      edit(
        ['default api_v1;', 'default api-v1:8000;'],
        ['"debug" api_v2;', '"debug" api-v2:8000;'],
        ['proxy_pass http://$api;', 'resolver 127.0.0.11 valid=1s; proxy_pass http://$api;'],
      ),
    ),
    expect: BOTH,
  },
  {
    id: 'lb-ip-hash',
    kind: 'variant',
    what: 'ip_hash: one client always meets the same replica',
    change: method('ip_hash;'),
    expect: { 'lb.replicas': 'pass', 'lb.spread': ['inconclusive', 'warn'] },
  },
];

import { all, edit, told, type SabotageCase } from '../support/sabotage-case.js';

const ZONE = 'limit_req_zone $binary_remote_addr zone=api_limit:10m rate=10r/s;';
const LIMIT = 'limit_req zone=api_limit burst=5 nodelay;';
const MAP = 'map $http_x_experiment_group $api {';

/**
 * A cache as a list of banned addresses: /ban keeps a 403 for the address, which /banned finds there;
 * of an address that is not on the list it hears 204, which is not kept.
 */
const BAN_LIST = `proxy_cache_path /tmp/banned keys_zone=banned:1m;
    server {
        listen 127.0.0.1:8099;
        location = /ban { return 403; }
        location = /banned { return 204; }
    }`;
const keptBan = (path: string): string =>
  `location = ${path} {
            internal;
            proxy_pass http://127.0.0.1:8099${path};
            proxy_method GET;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_cache banned;
            proxy_cache_key $remote_addr;
            proxy_cache_valid 403 10m;
        }`;
const BAN_LOCATIONS = `${keptBan('/ban')}\n        ${keptBan('/banned')}`;

const rate = (text: string): SabotageCase['change'] =>
  edit([ZONE, `limit_req_zone $binary_remote_addr zone=api_limit:10m rate=${text};`]);
const limit = (directives: string): SabotageCase['change'] => edit([LIMIT, directives]);
const key = (variable: string, before = ''): SabotageCase['change'] =>
  edit([ZONE, `${before}limit_req_zone ${variable} zone=api_limit:10m rate=10r/s;`]);

/** On every address, so that a second client can be told from the first by the address that it came to. */
const onAllAddresses: SabotageCase['change'] = (stack) => ({
  ...stack,
  gateway: { ...stack.gateway, bind: '0.0.0.0' },
});

const wrongRate = (text: string, more: Partial<SabotageCase> = {}): SabotageCase => ({
  id: `rate-${text.replace('/', '-per-')}`,
  kind: 'sabotage',
  what: `the limit is ${text} instead of 10r/s`,
  change: rate(text),
  expect: { 'rate.limit': 'fail' },
  timed: true,
  ...more,
});

const rightRate = (id: string, what: string, change: SabotageCase['change'], more: Partial<SabotageCase> = {}) =>
  ({
    id: `rate-${id}`,
    kind: 'variant',
    what,
    change,
    expect: { 'rate.limit': 'pass', 'rate.recovery': 'pass' },
    timed: true,
    ...more,
  }) satisfies SabotageCase;

const wrongKey = (id: string, what: string, change: SabotageCase['change'], more: Partial<SabotageCase> = {}) =>
  ({
    id: `rate-key-${id}`,
    kind: 'sabotage',
    what,
    change,
    expect: { 'rate.key': 'fail' },
    timed: true,
    ...more,
  }) satisfies SabotageCase;

export const RATE_CASES: SabotageCase[] = [
  {
    id: 'rate-none',
    kind: 'sabotage',
    what: 'no limit',
    change: limit(''),
    expect: { 'rate.limit': 'fail', 'rate.recovery': 'inconclusive' },
    timed: true,
  },
  {
    id: 'rate-dry-run',
    kind: 'sabotage',
    what: 'the limit only counts',
    change: limit(`${LIMIT} limit_req_dry_run on;`),
    expect: { 'rate.limit': 'fail' },
    timed: true,
  },
  {
    id: 'rate-other-location',
    kind: 'sabotage',
    what: 'the limit is at a location that nobody asks',
    change: all(limit(''), edit(['return 404;', `${LIMIT} return 404;`])),
    expect: { 'rate.limit': 'fail' },
    timed: true,
  },
  wrongRate('1r/s'),
  wrongRate('5r/s', { fast: true }),
  wrongRate('20r/s'),
  wrongRate('100r/s'),
  wrongRate('10r/m'),
  wrongRate('15r/s'),
  {
    id: 'rate-burst-200',
    kind: 'sabotage',
    what: 'a burst of 200',
    change: limit('limit_req zone=api_limit burst=200 nodelay;'),
    expect: { 'rate.limit': 'fail' },
    timed: true,
  },
  rightRate('429', 'rejected with 429', limit(`${LIMIT} limit_req_status 429;`), { fast: true }),
  rightRate('444', 'rejected by closing the connection', limit(`${LIMIT} limit_req_status 444;`)),
  rightRate('503-told', 'rejected with 503, as promised', told({ rate: { status: 503 } })),
  rightRate('burst-0', 'no burst', limit('limit_req zone=api_limit;')),
  rightRate('burst-20', 'a burst of 20', limit('limit_req zone=api_limit burst=20 nodelay;')),
  rightRate('delay', 'a burst of 10 that is delayed', limit('limit_req zone=api_limit burst=10;')),
  rightRate('delay-20', 'a burst of 20 that is delayed', limit('limit_req zone=api_limit burst=20;')),
  rightRate(
    'two-stage',
    'a burst of 12 of which 8 are not delayed',
    limit('limit_req zone=api_limit burst=12 delay=8;'),
  ),
  rightRate('600r-per-m', '600r/m', rate('600r/m')),
  rightRate(
    'whole-server',
    'the limit is set for the whole server',
    all(limit(''), edit(['location /predict {', `${LIMIT}\n        location /predict {`])),
  ),
  {
    id: 'rate-wrong-status',
    kind: 'sabotage',
    what: 'rejected with 503 where 429 is promised',
    change: told({ rate: { status: 429 } }),
    expect: { 'rate.limit': 'fail' },
  },
  wrongKey('forwarded-for', 'counted by X-Forwarded-For', key('$http_x_forwarded_for'), { fast: true }),
  wrongKey(
    'forwarded-or-address',
    'counted by X-Forwarded-For, or the address without it',
    key(
      '$client',
      'map $http_x_forwarded_for $client { default $http_x_forwarded_for; "" $binary_remote_addr; }\n    ',
    ),
  ),
  wrongKey('uri', 'counted by path and query', key('$request_uri')),
  wrongKey('address-and-uri', 'counted by address, path and query', key('$binary_remote_addr$request_uri')),
  wrongKey('user', 'counted by user', key('$remote_user')),
  wrongKey('header', 'counted by the experiment header', key('$http_x_experiment_group')),
  wrongKey(
    'debug-free',
    'debug traffic is not counted',
    key('$client', 'map $http_x_experiment_group $client { default $binary_remote_addr; debug ""; }\n    '),
  ),
  wrongKey('global', 'counted for all clients together', all(key('$server_name'), onAllAddresses)),
  wrongKey(
    'trusts-everybody',
    'real_ip believes X-Forwarded-For of everybody',
    edit([MAP, `set_real_ip_from 0.0.0.0/0; real_ip_header X-Forwarded-For;\n    ${MAP}`]),
    { expect: { 'rate.key': ['fail', 'warn'] } },
  ),
  {
    id: 'rate-key-address',
    kind: 'variant',
    what: 'counted by address, on every address of the machine',
    change: onAllAddresses,
    expect: { 'rate.key': 'pass' },
    timed: true,
  },
  {
    id: 'rate-key-loopback',
    kind: 'variant',
    what: 'counted by address, and published on 127.0.0.1 only: there is no second client',
    change: (stack) => stack,
    expect: { 'rate.key': 'pass' },
  },
  {
    id: 'rate-key-text-address',
    kind: 'variant',
    what: 'counted by the address as text',
    change: all(key('$remote_addr'), onAllAddresses),
    expect: { 'rate.key': 'pass', 'rate.limit': 'pass' },
    timed: true,
  },
  {
    id: 'rate-key-real-ip',
    kind: 'variant',
    what: 'real_ip believes a proxy in the private networks',
    change: edit([
      MAP,
      `set_real_ip_from 10.0.0.0/8; set_real_ip_from 172.16.0.0/12; set_real_ip_from 192.168.0.0/16;
    real_ip_header X-Forwarded-For;\n    ${MAP}`,
    ]),
    expect: { 'rate.key': ['warn', 'pass'] },
    timed: true,
  },
  {
    id: 'rate-ban',
    kind: 'sabotage',
    what: 'who was rejected once gets 403 for ten minutes',
    change: edit(
      [ZONE, `${ZONE}\n    ${BAN_LIST}`],
      [LIMIT, `${LIMIT}\n            error_page 503 /ban;\n            auth_request /banned;`],
      ['location / {', `${BAN_LOCATIONS}\n        location / {`],
    ),
    expect: { 'rate.recovery': 'fail' },
    timed: true,
  },
  {
    id: 'rate-quota',
    kind: 'sabotage',
    what: 'besides, 15 requests and then one a minute',
    change: edit(
      [ZONE, `${ZONE}\n    limit_req_zone $binary_remote_addr zone=quota:10m rate=1r/m;`],
      [LIMIT, `${LIMIT} limit_req zone=quota burst=15 nodelay;`],
    ),
    expect: { 'rate.recovery': 'fail' },
    timed: true,
    fast: true,
  },
  {
    id: 'rate-slow-recovery',
    kind: 'sabotage',
    what: 'besides, 15 requests and then one in two seconds',
    change: edit(
      [ZONE, `${ZONE}\n    limit_req_zone $binary_remote_addr zone=quota:10m rate=30r/m;`],
      [LIMIT, `${LIMIT} limit_req zone=quota burst=15 nodelay;`],
    ),
    expect: { 'rate.recovery': 'fail' },
    timed: true,
  },
];

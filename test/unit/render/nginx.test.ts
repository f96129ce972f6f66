import { describe, expect, test } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { clientAddresses } from '../../../src/verify/named-client.js';
import { murmurHash2 } from '../verify/support/split-clients.js';
import { MATERIALS, nginxHttp, nginxText, renderService, replica } from './fixture.js';
import { all, flatten, inside, one, parseNginx, type Directive } from './nginx-syntax.js';

const listening = (http: Directive[], port: string): Directive[] => {
  const servers = all(http, 'server').filter(
    ({ block }) =>
      all(block ?? [], 'listen').some(({ args }) => args[0] === port) &&
      !flatten(block ?? []).some(({ name, args: [status] }) => name === 'return' && status === '421'),
  );
  expect(servers).toHaveLength(1);
  return servers[0]?.block ?? [];
};

const servers = (http: Directive[], upstream: string): string[] =>
  all(inside(http, 'upstream', upstream), 'server').map(({ args: [address = ''] }) => address);

/** Which share nginx puts a client in: they lie end to end over all hashes, `*` is what is left. */
function shareOf(shares: Directive[], client: string): string {
  let sum = 0;
  const share = shares.find(
    ({ name }) => name === '*' || (murmurHash2(client) * 100) / 2 ** 32 < (sum += Number(name.replace('%', ''))),
  );
  return share?.args[0] ?? '';
}

/** What nginx makes of its `map`s for a request: as nginx does, exact text without regard to case, then regular expressions. */
function evaluate(http: Directive[], variable: string, given: Record<string, string>): string {
  if (!variable.startsWith('$')) return variable;
  const split = all(http, 'split_clients').find(({ args }) => args[1] === variable);
  if (split) return shareOf(split.block ?? [], evaluate(http, split.args[0] ?? '', given));
  const map = all(http, 'map').find(({ args }) => args[1] === variable);
  if (!map) return given[variable] ?? '';
  const source = map.args[0] ?? '';
  const value = source.startsWith('$') ? evaluate(http, source, given) : source;
  const entries = map.block ?? [];
  const exact = entries.find(
    ({ name }) => name !== 'default' && !name.startsWith('~') && name.toLowerCase() === value.toLowerCase(),
  );
  const regular = entries.find(({ name }) => name.startsWith('~') && new RegExp(name.slice(1)).test(value));
  const chosen = exact ?? regular ?? entries.find(({ name }) => name === 'default');
  return evaluate(http, chosen?.args[0] ?? '', given);
}

/** The upstream that a request with these headers goes to, from an address. */
function apiFor(config: FortressConfig, headers: Record<string, string> = {}, address = '10.0.0.1'): string {
  return apiBy(nginxHttp(config), headers, address);
}

function apiBy(http: Directive[], headers: Record<string, string>, address: string): string {
  const predict = inside(listening(http, '443'), 'location', '=', '/predict');
  const target = one(predict, 'proxy_pass').args[0] ?? '';
  const given = Object.fromEntries([
    ['$remote_addr', address],
    ...Object.entries(headers).map(([name, value]) => [`$http_${name.toLowerCase().replaceAll('-', '_')}`, value]),
  ]) as Record<string, string>;
  const upstream = evaluate(http, target.replace(/^http:\/\/|\$path.*$/g, ''), given);
  expect(all(http, 'upstream').map(({ args }) => args[0])).toContain(upstream);
  return upstream;
}

/** The regular expression of a location, with the ends of PCRE: `$` overlooks a line's end, `\\z` does not. */
const asPcre = (pattern: string): RegExp =>
  new RegExp(pattern.replace(/\$$/, String.raw`\n?(?![^])`).replace(/\\z$/, '(?![^])'));

const redirectHost = (config: FortressConfig, host: string): string =>
  evaluate(nginxHttp(config), '$redirect_host', { $host: host });

test('the whole file for the default configuration', async () => {
  await expect(nginxText()).toMatchFileSnapshot('default.nginx.conf');
});

describe('balancing', () => {
  test('names every replica of an API by its fixed address', () => {
    const http = nginxHttp({ apis: { v1: { replicas: 3 }, v2: { replicas: 2 } } });
    expect(servers(http, 'api_v1')).toEqual(['10.200.4.10:8000', '10.200.4.11:8000', '10.200.4.12:8000']);
    expect(servers(http, 'api_v2')).toEqual(['10.200.4.13:8000', '10.200.4.14:8000']);
  });

  test('names the containers that serve, where they are: neither slot nor address need be the first', () => {
    const http = nginxHttp(
      {},
      { 'api-v1': [replica(4, '10.200.4.15'), replica(6, '10.200.4.11')], 'api-v2': [replica(1, '10.200.5.7')] },
    );
    expect(servers(http, 'api_v1')).toEqual(['10.200.4.15:8000', '10.200.4.11:8000']);
    expect(servers(http, 'api_v2')).toEqual(['10.200.5.7:8000']);
  });

  test('asks one that was made for another port than that of now at its own', () => {
    const serving = {
      'api-v1': [{ ...replica(1, '10.200.4.15'), port: 8000 }, replica(4, '10.200.4.11')],
      'api-v2': [replica(1, '10.200.5.7')],
    };
    const http = nginxHttp({ apis: { v1: { port: 5000 }, v2: {} } }, serving);
    expect(servers(http, 'api_v1')).toEqual(['10.200.4.15:8000', '10.200.4.11:5000']);
  });

  test('is the same for every API: shared state, kept connections, a failed replica left alone briefly', () => {
    const upstreams = all(nginxHttp(), 'upstream').filter(({ args: [name] }) => name?.startsWith('api_'));
    expect(upstreams).toHaveLength(2);
    for (const { block } of upstreams) {
      expect(all(block ?? [], 'zone')).toHaveLength(1);
      expect(all(block ?? [], 'keepalive')).toHaveLength(1);
      for (const { args } of all(block ?? [], 'server'))
        expect(args.slice(1)).toEqual(['max_fails=1', 'fail_timeout=2s']);
    }
  });
});

describe('routing', () => {
  test('the exact header leads to the debug API, everything else to v1', () => {
    const group = (value: string) => apiFor({}, { 'X-Experiment-Group': value });
    expect(group('debug')).toBe('api_v2');
    for (const other of ['', 'Debug', 'DEBUG', 'debugger', 'nodebug', 'control', 'debug ', 'debug,debug'])
      expect(group(other)).toBe('api_v1');
    expect(apiFor({})).toBe('api_v1');
    expect(apiFor({}, { 'X-Other': 'debug' })).toBe('api_v1');
  });

  test('one API gets everything', () => {
    expect(apiFor({ apis: { only: {} } })).toBe('api_only');
    expect(apiFor({ apis: { only: {} } }, { 'X-Experiment-Group': 'debug' })).toBe('api_only');
  });

  test('of several rules the first that matches decides', () => {
    const config: FortressConfig = {
      apis: { stable: {}, canary: {}, 'next-gen': {} },
      routes: [
        { header: 'X-Tier', value: 'beta', to: 'canary' },
        { header: 'X-Model', value: '2.0', to: 'next-gen' },
        { header: 'X-Tier', value: 'next', to: 'next-gen' },
        { to: 'stable' },
      ],
    };
    expect(apiFor(config)).toBe('api_stable');
    expect(apiFor(config, { 'X-Tier': 'beta', 'X-Model': '2.0' })).toBe('api_canary');
    expect(apiFor(config, { 'X-Model': '2.0' })).toBe('api_next_gen');
    expect(apiFor(config, { 'X-Model': '2x0' })).toBe('api_stable');
    expect(apiFor(config, { 'X-Tier': 'next', 'X-Model': '1' })).toBe('api_next_gen');
  });
});

/** The upstreams of a thousand clients without any header. */
function sharedOut(config: FortressConfig): string[] {
  const http = nginxHttp(config);
  return clientAddresses(1000).map((address) => apiBy(http, {}, address));
}

const countOf = (values: string[], wanted: string): number => values.filter((value) => value === wanted).length;

const canary = (weight: number, apis: FortressConfig['apis'] = { v1: {}, v2: {} }): FortressConfig => ({
  apis,
  routes: [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }, { weight, to: 'v2' }, { to: 'v1' }],
});

describe('routing by weight', () => {
  test('is not there without a weight', () => {
    expect(nginxText()).not.toMatch(/split_client|fortress_client|named-client/);
    expect(renderService({}, 'gateway').map(({ path }) => path)).not.toContain('named-client.conf');
  });

  test('gives a share of the clients to an API, and the rest to the default', () => {
    expect(Math.abs(countOf(sharedOut(canary(10)), 'api_v2') - 100)).toBeLessThan(30);
    const both = sharedOut({
      apis: { v1: {}, v2: {}, v3: {} },
      routes: [{ weight: 20, to: 'v2' }, { weight: 50, to: 'v3' }, { to: 'v1' }],
    });
    expect(Math.abs(countOf(both, 'api_v2') - 200)).toBeLessThan(40);
    expect(Math.abs(countOf(both, 'api_v3') - 500)).toBeLessThan(50);
    expect(Math.abs(countOf(both, 'api_v1') - 300)).toBeLessThan(45);
  });

  test('comes after the headers, which decide for every client', () => {
    for (const address of clientAddresses(100)) {
      expect(apiFor(canary(1), { 'X-Experiment-Group': 'debug' }, address)).toBe('api_v2');
      expect(apiFor(canary(99), { 'X-Experiment-Group': 'other' }, address)).toBe(apiFor(canary(99), {}, address));
    }
  });

  test('a client keeps its API however many replicas there are', () => {
    const few = sharedOut(canary(30));
    expect(sharedOut(canary(30, { v1: { replicas: 7 }, v2: { replicas: 5 } }))).toEqual(few);
  });

  test('a larger weight moves the clients that it needs, and no other', () => {
    const before = sharedOut(canary(10));
    const after = sharedOut(canary(20));
    expect(before.filter((api, index) => api === 'api_v2' && after[index] !== 'api_v2')).toEqual([]);
  });

  test('goes by the address alone; only the holder of the probe token names another client', () => {
    const http = nginxHttp(canary(10));
    const canaries = clientAddresses(1000).filter((address) => apiBy(http, {}, address) === 'api_v2');
    for (const client of canaries)
      expect(apiBy(http, { 'X-Fortress-Client': client, 'X-Fortress-Probe': 'guessed' }, '10.0.0.1')).toBe(
        apiBy(http, {}, '10.0.0.1'),
      );
    expect(evaluate(http, '$named_client', { $http_x_fortress_client: '', $remote_addr: 'itself' })).toBe('itself');
    expect(evaluate(http, '$named_client', { $http_x_fortress_client: 'other', $remote_addr: 'itself' })).toBe('other');
    const byToken = inside(http, 'map', '$http_x_fortress_probe', '$split_client');
    expect(byToken.map(({ name, args }) => [name, ...args])).toEqual([
      ['default', '$remote_addr'],
      ['include', 'named-client.conf'],
    ]);
    const file = renderService(canary(10), 'gateway').find(({ path }) => path === 'named-client.conf');
    expect(file).toMatchObject({ content: `"${MATERIALS.probeToken}" $named_client;\n`, secret: true });
  });
});

/** Named ones are reached from others only. */
const isNamed = ({ args: [how] }: { args: string[] }): boolean => how?.startsWith('@') === true;

const toApi = ({ args: [target] }: Directive): boolean => target?.startsWith('http://$api') === true;

describe('access', () => {
  const gateway = nginxHttp();
  const passing = flatten(gateway).filter(({ block }) => all(block ?? [], 'proxy_pass').some(toApi));

  /** Whether a path, as nginx has decoded it, goes to an API. */
  const reaches = (path: string): boolean =>
    passing.some(
      (location) =>
        !isNamed(location) &&
        (location.args[0] === '=' ? path === location.args[1] : asPcre(location.args[1] ?? '').test(path)),
    );

  test('an API is asked for predictions and for what describes it', () => {
    expect(passing.map(({ name, args: [how] }) => `${name} ${how}`)).toEqual([
      'location =',
      'location ~',
      'location ~',
      'location @closing',
    ]);
    const toClosing = passing.filter((location) => !isNamed(location)).map(({ block }) => all(block ?? [], 'if'));
    for (const [guard] of toClosing) {
      expect(guard?.args.join(' ')).toBe('(-f /tmp/closing)');
      expect(guard?.block?.map(({ name, args }) => [name, ...args])).toEqual([['return', '598']]);
    }
    for (const path of ['/predict', '/v2', '/v2/', '/v2/models/mood/infer', '/v2/models/a.b-c_1:2', '/v2/health/ready'])
      expect.soft(reaches(path), path).toBe(true);
    for (const path of ['/openapi.json', '/docs', '/docs/', '/docs/ui.css', '/docs/fonts/a-b_c.woff2'])
      expect.soft(reaches(path), path).toBe(true);
  });

  test('for nothing else, least of all what tells of its inside', () => {
    const inner = [
      '/metrics',
      '/health',
      '/ready',
      '/',
      '/predict/',
      '/docs2',
      '/v21',
      '/V2',
      '/openapi.json/',
      '/x/docs',
    ];
    for (const path of inner) expect.soft(reaches(path), path).toBe(false);
    // Decoded by nginx and written into the request to the API as they are: they could end its first line.
    const hostile = [
      '/docs\n',
      '/docs/a\r\nX: y',
      '/v2/a b',
      '/v2\n',
      '/docs/?x',
      '/v2/a#b',
      '/docs/%2e%2e',
      '/openapi.json\n',
    ];
    for (const path of hostile) expect.soft(reaches(path), JSON.stringify(path)).toBe(false);
  });

  test('only with a password, which the API does not get to see', () => {
    const secure = listening(gateway, '443');
    expect(one(secure, 'auth_request').args).toEqual(['/login']);
    expect(one(secure, 'proxy_set_header', 'Authorization').args[1]).toBe('');
    // A location with one of these of its own would have none of the server's.
    const own = passing.flatMap(({ block }) => (block ?? []).map(({ name }) => name));
    expect(new Set(own)).toEqual(new Set(['if', 'keepalive_timeout', 'limit_req', 'proxy_pass', 'set']));
    expect(flatten(gateway).filter(({ name }) => name === 'satisfy')).toEqual([]);
  });

  test('passwords are looked at inside of nginx alone; only a yes is remembered, by the very password file', () => {
    const door = listening(gateway, 'unix:/tmp/passwords.sock');
    expect(one(door, 'auth_basic').args).not.toEqual(['off']);
    expect(one(door, 'auth_basic_user_file').args).toEqual(['htpasswd']);
    expect(one(door, 'auth_delay').args, 'a name that there is not takes as long').toEqual(['200ms']);
    const login = inside(listening(gateway, '443'), 'location', '=', '/login');
    expect(all(login, 'internal')).toHaveLength(1);
    expect(all(login, 'proxy_cache_valid').map(({ args }) => args)).toEqual([['204', '1m']]);
    const stale = flatten(gateway).filter(({ name }) => name === 'proxy_cache_use_stale');
    expect(
      stale.map(({ args }) => args),
      'an old yes counts only where no password is looked at',
    ).toEqual([['http_403']]);
    const keyWith = (htpasswd: string): string =>
      one(
        inside(listening(nginxHttp({}, undefined, { htpasswd }), '443'), 'location', '=', '/login'),
        'proxy_cache_key',
      ).args[0] ?? '';
    expect(keyWith('one')).toMatch(/^[0-9a-f]{16} \$remote_addr \$http_authorization$/);
    expect(keyWith('two')).not.toBe(keyWith('one'));
  });

  test('an unknown host is served nothing', () => {
    const [unknown, ours] = all(gateway, 'server')
      .map(({ block }) => block ?? [])
      .filter((block) => all(block, 'listen').some(({ args: [port] }) => port === '443'));
    expect(one(unknown ?? [], 'listen').args).toContain('default_server');
    expect(all(unknown ?? [], 'location').map(({ args }) => args.join(' '))).toEqual(['/', '= /error']);
    expect(one(inside(unknown ?? [], 'location', '/'), 'return').args[0]).toBe('421');
    expect(one(ours ?? [], 'server_name').args).toEqual(['localhost', '127.0.0.1']);
  });

  test('an API that is busy is not one that failed: 503 takes nobody out of the rotation', () => {
    const retried = one(listening(gateway, '443'), 'proxy_next_upstream').args;
    expect(retried).toEqual(['error', 'timeout', 'http_502', 'http_504', 'non_idempotent']);
  });

  test('plain HTTP does nothing but redirect', () => {
    const plain = listening(nginxHttp(), '80');
    expect(plain.map(({ name }) => name)).toEqual(['listen', 'return']);
    expect(one(plain, 'return').args).toEqual(['308', 'https://$redirect_host$request_uri']);
  });

  test('TLS on 443 only, and nothing older than 1.2', () => {
    const http = nginxHttp();
    const listens = flatten(http).filter(({ name }) => name === 'listen');
    const addresses = listens.map(({ args }) => args.filter((arg) => !/^default_server$|^rcvbuf=/.test(arg)).join(' '));
    expect(addresses).toEqual(['unix:/tmp/passwords.sock backlog=4096', '80', '443 ssl', '443 ssl', '8081']);
    expect(one(http, 'ssl_protocols').args).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  test('the status page is on its own port, for private addresses alone', () => {
    const http = nginxHttp();
    expect(flatten(http).filter(({ name }) => name === 'stub_status')).toHaveLength(1);
    const status = listening(http, '8081');
    expect(all(inside(status, 'location', '=', '/nginx_status'), 'stub_status')).toHaveLength(1);
    for (const path of ['/nginx_status', '/metrics']) {
      const rules = inside(status, 'location', '=', path)
        .filter(({ name }) => name === 'allow' || name === 'deny')
        .map(({ name, args }) => `${name} ${args[0]}`);
      expect(rules).toEqual([
        'allow 127.0.0.0/8',
        'allow 10.0.0.0/8',
        'allow 172.16.0.0/12',
        'allow 192.168.0.0/16',
        'deny all',
      ]);
    }
  });
});

const limitOf = (config: FortressConfig) => {
  const http = nginxHttp(config);
  const predict = inside(listening(http, '443'), 'location', '=', '/predict');
  return {
    zone: all(http, 'limit_req_zone').flatMap(({ args }) => args),
    status: all(http, 'limit_req_status').flatMap(({ args }) => args),
    predict: all(predict, 'limit_req').flatMap(({ args }) => args),
  };
};

/** `limit_req` of the location that a regular expression with this beginning stands for. */
const limitsAt = (config: FortressConfig, beginning: string): string[] => {
  const locations = all(listening(nginxHttp(config), '443'), 'location');
  const location = locations.find(({ args: [, pattern = ''] }) => pattern.startsWith(beginning));
  return all(location?.block ?? [], 'limit_req').flatMap(({ args }) => args);
};

/** What a request is called that comes with this name. */
const idFor = (given: string): string =>
  evaluate(nginxHttp(), '$correlation_id', { $http_x_request_id: given, $request_id: 'ours' });

describe('request ids', () => {
  test("are the client's where they are harmless, else our own", () => {
    for (const harmless of ['a', '7f000001-3b1e-4c1d', 'trace:1.2_3', 'x'.repeat(128)])
      expect(idFor(harmless)).toBe(harmless);
    for (const harmful of ['', 'a b', 'a"b', 'a,b', 'a\\b', '{a}', 'ä', 'x'.repeat(129)])
      expect(idFor(harmful)).toBe('ours');
  });

  test('are the same in the answer, the log and the API, and there is one', () => {
    const secure = listening(nginxHttp(), '443');
    expect(one(secure, 'add_header', 'X-Request-Id').args).toEqual(['X-Request-Id', '$correlation_id', 'always']);
    expect(one(secure, 'proxy_set_header', 'X-Request-Id').args[1]).toBe('$correlation_id');
    expect(all(secure, 'proxy_hide_header').map(({ args }) => args[0])).toContain('X-Request-Id');
    expect(one(nginxHttp(), 'log_format').args.join('')).toContain('"request_id":"$correlation_id"');
  });
});

/** `message` of the gateway's own error for a status. */
const messageFor = (config: FortressConfig, status: string, limit = ''): string =>
  evaluate(nginxHttp(config), '$message', {
    '$limit_req_status $limit_conn_status $status': `${limit} PASSED ${status}`,
  });

describe('errors', () => {
  test('say what is wrong', () => {
    expect(messageFor({}, '401')).toMatch(/password/);
    expect(messageFor({}, '404')).toMatch(/predict/);
    expect(messageFor({ gateway: { bodyLimit: '1m' } }, '413')).toMatch(/1m/);
    expect(messageFor({}, '502')).toBe(messageFor({}, '504'));
    expect(messageFor({}, '400')).toMatch(/cannot answer/);
  });

  test('of the rate limit are told apart from all others, whatever its status', () => {
    expect(messageFor({}, '503', 'REJECTED')).toMatch(/10 requests per second/);
    expect(messageFor({ gateway: { rateLimit: { status: 404 } } }, '404', 'REJECTED')).toMatch(/requests per second/);
    expect(messageFor({}, '503', 'PASSED')).not.toMatch(/requests per second/);
  });
});

const withBurst = (burst: number): FortressConfig => ({ gateway: { rateLimit: { burst } } });

/** What a request counts by that says this in the header of the probe. */
const countedBy = (probe: string): string =>
  evaluate(nginxHttp(), '$limited_client', { $http_x_fortress_probe: probe, $binary_remote_addr: 'its address' });

describe('rate limit', () => {
  test('is per client address, answers at once, and is that of the configuration', () => {
    expect(limitOf({})).toEqual({
      zone: ['$limited_client', 'zone=clients:10m', 'rate=10r/s'],
      status: ['503'],
      predict: ['zone=clients', 'burst=5', 'nodelay'],
    });
    expect(limitOf({ gateway: { rateLimit: { requestsPerSecond: 100, burst: 0, status: 429 } } })).toMatchObject({
      zone: expect.arrayContaining(['rate=100r/s']) as string[],
      status: ['429'],
      predict: ['zone=clients'], // nginx refuses burst=0
    });
  });

  test('counts by the address, whatever a client says, unless it names the secret of the probe', () => {
    for (const said of ['', 'probe.conf', 'true', '""']) expect(countedBy(said)).toBe('its address');
    const map = inside(nginxHttp(), 'map', '$http_x_fortress_probe', '$limited_client');
    expect(map.map(({ name, args }) => [name, ...args])).toEqual([
      ['default', '$binary_remote_addr'],
      ['include', 'probe.conf'],
    ]);
  });

  test('the secret of the probe gets neither to an API nor into a log', () => {
    const http = nginxHttp();
    expect(one(listening(http, '443'), 'proxy_set_header', 'X-Fortress-Probe').args[1]).toBe('');
    expect(one(http, 'log_format').args.join('')).not.toContain('probe');
  });

  test('is one for all paths; a page with its files is let in at once', () => {
    expect(limitsAt(withBurst(5), '^(?<path>/v2')).toEqual(limitOf(withBurst(5)).predict);
    expect(limitsAt(withBurst(0), '^(?<path>/v2')).toEqual(['zone=clients']);
    expect(limitsAt(withBurst(0), '^(?<path>/(openapi')).toEqual(['zone=clients', 'burst=20', 'nodelay']);
    expect(limitsAt(withBurst(50), '^(?<path>/(openapi')).toEqual(['zone=clients', 'burst=50', 'nodelay']);
  });

  test('says when to come back', () => {
    const http = nginxHttp();
    const after = (limit: string, upstream: string, status: string): string =>
      evaluate(http, '$retry_after', {
        '$limit_req_status:$upstream_status:$status': `${limit}:${upstream}:${status}`,
      });
    expect(after('REJECTED', '', '503'), 'the rate limit').toBe('1');
    expect(after('PASSED', '', '503'), 'too many at once').toBe('1');
    expect(after('PASSED', '', '429'), 'too many wrong passwords').toBe('60');
    expect([after('PASSED', '200', '200'), after('', '', '404')]).toEqual(['', '']);
    expect(after('PASSED', '503', '503'), 'an API says so itself').toBe('');
    expect(one(listening(http, '443'), 'add_header', 'Retry-After').args[1]).toBe('$retry_after');
  });

  test('leaves no trace when it is off', () => {
    expect(limitOf({ gateway: { rateLimit: false } })).toEqual({ zone: [], status: [], predict: [] });
    expect(
      flatten(nginxHttp({ gateway: { rateLimit: false } })).filter(({ name }) => name.startsWith('limit_req')),
    ).toEqual([]);
  });
});

const redirectTarget = (config: FortressConfig) => one(listening(nginxHttp(config), '80'), 'return').args[1];

describe('redirect', () => {
  test('keeps a declared host and sends any other to the first: nobody chooses where we redirect to', () => {
    const config = { gateway: { hosts: ['api.example', '10.0.0.1', '::1'] } };
    expect(redirectHost(config, 'api.example')).toBe('api.example');
    expect(redirectHost(config, '10.0.0.1')).toBe('10.0.0.1');
    expect(redirectHost(config, '[::1]')).toBe('[::1]');
    expect(redirectHost(config, 'evil.example')).toBe('api.example');
    expect(redirectHost(config, '')).toBe('api.example');
  });

  test('names the HTTPS port unless it is the usual one', () => {
    expect(redirectTarget({ gateway: { httpsPort: 8443 } })).toBe('https://$redirect_host:8443$request_uri');
    expect(redirectTarget({ preset: 'exam' })).toBe('https://$redirect_host$request_uri');
  });
});

test('there is room for long host names, set before the first map, after which nginx refuses it', () => {
  const names = nginxHttp().map(({ name }) => name);
  expect(Number(one(nginxHttp(), 'map_hash_bucket_size').args[0])).toBeGreaterThanOrEqual(512);
  expect(names.indexOf('map_hash_bucket_size')).toBeLessThan(names.indexOf('map'));
});

test('the body limit is that of the configuration', () => {
  expect(one(nginxHttp({ gateway: { bodyLimit: '1m' } }), 'client_max_body_size').args).toEqual(['1m']);
});

test('of what an attacker sends little is read at a time, and not for long after the answer', () => {
  const ports = flatten(nginxHttp())
    .filter(({ name, args }) => name === 'listen' && args.includes('default_server'))
    .map(({ args }) => [args[0], args.find((arg) => arg.startsWith('rcvbuf='))]);
  expect(ports).toEqual([
    ['80', 'rcvbuf=64k'],
    ['443', 'rcvbuf=64k'],
  ]);
  expect(one(nginxHttp(), 'lingering_time').args).toEqual(['2s']);
  expect(one(nginxHttp(), 'lingering_timeout').args).toEqual(['1s']);
});

test('everything that nginx writes goes to memory: its file system is read-only', () => {
  const directives = flatten(parseNginx(nginxText()));
  const paths = directives
    .filter(({ name }) => name === 'pid' || name.endsWith('_temp_path'))
    .map(({ args }) => args[0] ?? '');
  expect(paths).toHaveLength(6);
  expect(paths.filter((path) => !path.startsWith('/tmp/'))).toEqual([]);
});

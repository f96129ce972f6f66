import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.js';
import { validateConfig } from '../../../src/config/validate.js';
import { ExitCode, FortressError } from '../../../src/errors.js';

function refusal(input: unknown): FortressError {
  try {
    validateConfig(input, 'fortress.config.ts');
  } catch (error) {
    if (error instanceof FortressError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

/** What is read backwards, hides, ends a line, or is half a character. */
const ODD_UNIT = fc.constantFrom(
  'a',
  ' ',
  '\n',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u202e',
  '\u2028',
  '\ud800',
  '\udc00',
  '\u{1f600}',
);

/** One line per problem, as people see them. */
const problems = (input: unknown): string[] => (refusal(input).why ?? '').split('\n').map((line) => line.trim());

test('accepts every documented key, and hands over what was written', () => {
  const config = {
    project: 'sentiment',
    preset: 'exam',
    gateway: {
      hosts: ['api.example.org', '10.0.0.1', '::1'],
      bind: '::',
      httpPort: 8080,
      httpsPort: 8443,
      bodyLimit: '1m',
      users: ['ann', { name: 'bob', password: 'pass word: ünïcode' }],
      rateLimit: { requestsPerSecond: 5, burst: 0, status: 429 },
      tls: {
        key: 'rsa-4096',
        days: 90,
        renewBeforeDays: 10,
        certificate: 'a.pem',
        certificateKey: 'a.key',
        ca: 'ca.crt',
      },
    },
    apis: { v1: { model: 'a.onnx', replicas: 20, debug: true, memory: '1g' }, 'v-2': {} },
    routes: [{ header: 'X-Group', value: 'beta_1.0~a', to: 'v-2' }, { weight: 99, to: 'v-2' }, { to: 'v1' }],
    monitoring: {
      bind: '127.0.0.1',
      exporterPort: 1,
      prometheusPort: 65_535,
      scrapeInterval: '500ms',
      retention: '2w',
      grafana: { port: 3001, user: 'ops', password: 'x' },
    },
    images: { source: 'registry', references: { nginx: 'registry.example:5000/team/nginx@sha256:abc' } },
    hooks: { beforeUp: 'make check', afterUp: ['./tell', 'a b', ''], beforeDown: () => undefined, timeout: '90s' },
    templates: 'templates',
  };
  expect(validateConfig(config, 'fortress.config.ts')).toEqual(config);
  expect(validateConfig({ gateway: { rateLimit: false }, monitoring: false }, 'f')).toBeDefined();
  expect(validateConfig({ monitoring: { grafana: false } }, 'f')).toBeDefined();
});

test('is a configuration error that names the file and says where keys are described', () => {
  const error = refusal({ project: 7 });
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: ExitCode.usage });
  expect(error.message).toBe('fortress.config.ts has a problem');
  expect(error.hint).toContain('docs/configuration.md');
});

test('names all problems at once, each with its key path', () => {
  const input = {
    project: 'My App',
    gateway: { httpPort: 0, hosts: ['ok.example', 'not a host'] },
    apis: { v1: { replicas: 2.5 } },
    extra: true,
  };
  expect(refusal(input).message).toBe('fortress.config.ts has 5 problems');
  expect(problems(input)).toEqual(
    expect.arrayContaining([
      'project: found "My App"; expected 1 to 40 lower-case letters, digits, - or _, e.g. "sentiment"',
      'gateway.httpPort: found 0; expected a number of at least 1',
      'gateway.hosts[1]: found "not a host"; expected a host name or IP address, e.g. "api.example.org"',
      'apis.v1.replicas: found 2.5; expected a whole number',
      expect.stringMatching(/^extra: unknown key; known keys: project, preset, gateway, /),
    ]),
  );
});

test.each([
  ['at the top', { gatway: {} }, 'gatway: unknown key; did you mean "gateway"?'],
  ['in an object', { gateway: { httpPrt: 80 } }, 'gateway.httpPrt: unknown key; did you mean "httpPort"?'],
  ['in another case', { gateway: { HTTPSPORT: 443 } }, 'gateway.HTTPSPORT: unknown key; did you mean "httpsPort"?'],
  ['in a record', { apis: { v1: { replica: 3 } } }, 'apis.v1.replica: unknown key; did you mean "replicas"?'],
  [
    'in a list',
    { routes: [{ to: 'v1' }, { heder: 'X', to: 'v2' }] },
    'routes[1].heder: unknown key; did you mean "header"?',
  ],
  [
    'in a choice between false and an object',
    { gateway: { rateLimit: { requestPerSecond: 5 } } },
    'gateway.rateLimit.requestPerSecond: unknown key; did you mean "requestsPerSecond"?',
  ],
  [
    'in a choice inside a list',
    { gateway: { users: ['ann', { name: 'bob', pasword: 'x' }] } },
    'gateway.users[1].pasword: unknown key; did you mean "password"?',
  ],
  [
    'two choices deep',
    { monitoring: { grafana: { prt: 3000 } } },
    'monitoring.grafana.prt: unknown key; did you mean "port"?',
  ],
  [
    'far from any',
    { gateway: { tls: { letsencrypt: true } } },
    'gateway.tls.letsencrypt: unknown key; known keys: key, days, renewBeforeDays, hsts, caFile, certificate, certificateKey, ca',
  ],
])('offers the nearest key %s', (_, input, problem) => {
  expect(problems(input)).toEqual([problem]);
});

test.each([
  ['not an object', 'text', 'the configuration: found "text"; expected a value of type object'],
  ['a function', { gateway: () => ({}) }, 'gateway: found a function; expected a value of type object'],
  ['a list', { apis: [] }, 'apis: found []; expected a value of type object'],
  ['an unknown choice', { preset: 'prod' }, 'preset: found "prod"; expected "default" or "exam"'],
  [
    'a missing field',
    { routes: [{ header: 'X-A', value: 'b' }] },
    'routes[0].to: is missing; expected a value of type string',
  ],
  [
    'no weight at all',
    { routes: [{ weight: 0, to: 'v2' }] },
    'routes[0].weight: found 0; expected a number of at least 1',
  ],
  [
    'all of it',
    { routes: [{ weight: 100, to: 'v2' }] },
    'routes[0].weight: found 100; expected a number of at most 99',
  ],
  ['half a percent', { routes: [{ weight: 0.5, to: 'v2' }] }, 'routes[0].weight: found 0.5; expected a whole number'],
  ['an empty list', { gateway: { hosts: [] } }, 'gateway.hosts: found []; expected at least 1'],
  ['no API', { apis: {} }, 'apis: found {}; expected 1 to 12 APIs'],
  ['a bad API name', { apis: { V1: {} } }, 'apis.V1: found {}; expected a short name such as "v1"'],
  [
    'true for a limit',
    { gateway: { rateLimit: true } },
    'gateway.rateLimit: found true; expected false or { requestsPerSecond, burst, status }',
  ],
  [
    'a number for a user',
    { gateway: { users: [5] } },
    'gateway.users[0]: found a number that is not shown; expected a name or { name, password }',
  ],
  [
    'a bad user name',
    { gateway: { users: ['a:b'] } },
    'gateway.users[0]: found a string that is not shown; expected 1 to 64 letters, digits or . _ @ -',
  ],
  [
    'a user without a name',
    { gateway: { users: [{ password: 'x' }] } },
    'gateway.users[0].name: is missing; expected a value of type string',
  ],
  [
    'a text for a number',
    { gateway: { httpPort: '80' } },
    'gateway.httpPort: found "80"; expected a value of type number',
  ],
  [
    'a port too high',
    { monitoring: { exporterPort: 65_536 } },
    'monitoring.exporterPort: found 65536; expected a number of at most 65535',
  ],
  [
    'a status of success',
    { gateway: { rateLimit: { status: 200 } } },
    'gateway.rateLimit.status: found 200; expected 403, 418, 429, 444 or 503',
  ],
  [
    'a duration without a unit',
    { monitoring: { scrapeInterval: '5' } },
    'monitoring.scrapeInterval: found "5"; expected a duration such as "5s" or "15d"',
  ],
  [
    'a header with a space',
    { routes: [{ header: 'X Y', value: 'a', to: 'v1' }] },
    'routes[0].header: found "X Y"; expected a header name, e.g. "X-Experiment-Group"',
  ],
  [
    'an image with a space',
    { images: { references: { nginx: 'nginx 1' } } },
    'images.references.nginx: found "nginx 1"; expected an image reference, e.g. "nginx:1.28.0"',
  ],
])('says what is wrong and what would be right: %s', (_, input, problem) => {
  expect(problems(input)).toEqual([problem]);
});

const bodyLimit = (value: string): unknown => ({ gateway: { bodyLimit: value } });
const memory = (value: string): unknown => ({ apis: { v1: { memory: value } } });

describe('sizes', () => {
  test.each(['1k', '64K', '64m', '2000'])('accepts a body limit of %s', (value) => {
    expect(() => validateConfig(bodyLimit(value), 'f')).not.toThrow();
  });

  // To nginx 0 means "no limit", and it knows no unit b; the API server takes up to 64 MiB.
  test.each(['0', '0k', '64b', '65m', '99999999999999999999g', '1.5m', 'big', ''])(
    'refuses a body limit of "%s"',
    (value) => {
      expect(problems(bodyLimit(value))).toEqual([
        `gateway.bodyLimit: found "${value}"; expected a size from 1k to 64m, e.g. "64k"`,
      ]);
    },
  );

  test.each(['64m', '512m', '1g', '67108864b'])('accepts a memory limit of %s', (value) => {
    expect(() => validateConfig(memory(value), 'f')).not.toThrow();
  });

  // To Docker 0 means "no limit".
  test.each(['0', '63m', '512', '2000g', 'lots'])('refuses a memory limit of "%s"', (value) => {
    expect(problems(memory(value))).toEqual([
      `apis.v1.memory: found "${value}"; expected a size from 64m to 1024g, e.g. "512m"`,
    ]);
  });
});

test('never shows a password, however wrong it is', () => {
  const secret = 'hunter2\n';
  for (const input of [
    { gateway: { users: [{ name: 'ann', password: secret }] } },
    { gateway: { users: [{ name: 5, password: 'hunter2' }] } },
    { gateway: { users: { ann: 'x', password: 'hunter2' } } },
    // A name in the notation of curl.
    { gateway: { users: ['ann:hunter2'] } },
    { gateway: { users: 'ann:hunter2' } },
    { gateway: { users: { ann: 'hunter2' } } },
    { monitoring: { grafana: { password: secret } } },
    { monitoring: { grafana: { password: ['hunter2'] } } },
    { monitoring: { grafana: [{ password: 'hunter2' }] } },
  ]) {
    const error = refusal(input);
    expect(`${error.message} ${error.why} ${error.hint}`).not.toContain('hunter2');
  }
  expect(problems({ monitoring: { grafana: { password: secret } } })).toEqual([
    'monitoring.grafana.password: found a string that is not shown; expected 1 to 128 printable characters, whole ones: no half of a surrogate pair',
  ]);
});

const PASSWORD_PROBLEM =
  'gateway.users[0].password: found a string that is not shown; expected 1 to 128 printable characters, whole ones: no half of a surrogate pair';

test.each([['\ud800'], ['a\udc00b'], ['\udc00\ud800'], ['\u{1f600}\ud83d'], ['\u{1f600}'.repeat(65)]])(
  'refuses the password %j',
  (password) => {
    expect(problems({ gateway: { users: [{ name: 'ann', password }] } })).toEqual([PASSWORD_PROBLEM]);
  },
);

test('a password is accepted where it is sent as it is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: ODD_UNIT, minLength: 1, maxLength: 6 }), (password) => {
      const { success } = configSchema.safeParse({ gateway: { users: [{ name: 'ann', password }] } });
      const sent = Buffer.from(password, 'utf8').toString('utf8');
      expect(success).toBe(sent === password && !/\p{Cc}/u.test(password));
    }),
  );
});

test.each([
  ['\u001b[2Jx', '\\u001b[2Jx: unknown key; known keys: '],
  ['gateway\n  x: y', 'gateway\\u000a  x: y: unknown key; '],
  ['\u202egnp', '\\u202egnp: unknown key; '],
  ['\ud800', '\\ud800: unknown key; '],
  ['\u{e0041}', '\\u{e0041}: unknown key; '],
])('shows the key %j as code has it', (key, told) => {
  expect(problems({ [key]: 1 })).toEqual([expect.stringContaining(told)]);
});

test('whatever a key and a value are, each problem is one line that a terminal shows as it is', () => {
  const text = fc.string({ unit: ODD_UNIT, minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(text, text, (key, value) => {
      const why = refusal({ [`x${key}`]: 1, apis: { [`x${key}`]: { memory: value } } }).why ?? '';
      expect(why.replace('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('survives what JSON does not know', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(problems({ project: 5n })).toEqual([expect.stringMatching(/^project: found 5n; /)]);
  expect(problems({ project: circle })).toEqual([expect.stringMatching(/^project: found an object; /)]);
});

test('a property that throws is an error of the file', () => {
  const input = {
    get project(): string {
      throw new Error('no TOKEN in the environment');
    },
  };
  expect(refusal(input)).toMatchObject({
    message: 'fortress.config.ts could not be read',
    why: 'no TOKEN in the environment',
  });
});

test.each([403, 418, 429, 444, 503])('a client that asks too often may get %i', (status) => {
  expect(() => validateConfig({ gateway: { rateLimit: { status } } }, 'f')).not.toThrow();
});

test.each([400, 401, 499, 500])('a client that asks too often may not get %i, which means something else', (status) => {
  expect(problems({ gateway: { rateLimit: { status } } })).toHaveLength(1);
});

test('shortens a long value', () => {
  const [problem = ''] = problems({ project: 'x'.repeat(500) });
  expect(problem.length).toBeLessThan(200);
});

const routed = (header: string, value: string): object => ({ routes: [{ header, value, to: 'v2' }, { to: 'v1' }] });

test('refuses what nginx and Prometheus would not read', () => {
  const long = 'a'.repeat(257);
  expect(problems(routed(long, 'a'))).toEqual([
    expect.stringMatching(/^routes\[0\]\.header: .*at most 256 characters$/),
  ]);
  expect(problems(routed('X-A', long))).toEqual([
    expect.stringMatching(/^routes\[0\]\.value: .*at most 256 characters$/),
  ]);
  const problemOf = (monitoring: object): string[] => problems({ monitoring });
  expect(problemOf({ scrapeInterval: '25h' })).toEqual([
    'monitoring.scrapeInterval: found "25h"; expected at most "1d"',
  ]);
  expect(problemOf({ retention: '300y' })).toEqual(['monitoring.retention: found "300y"; expected at most "100y"']);
  expect(problems({ apis: { v1: { rollout: { drain: '2d' } } } })).toEqual([
    'apis.v1.rollout.drain: found "2d"; expected at most "1d"',
  ]);
  const most = {
    monitoring: { scrapeInterval: '24h', retention: '100y' },
    ...routed('a'.repeat(256), 'b'.repeat(256)),
  };
  expect(validateConfig(most, 'f')).toEqual(most);
});

test('refuses addresses that mean something on one machine only', () => {
  expect(problems({ gateway: { hosts: ['fe80::1%eth0'] } })).toHaveLength(1);
  expect(problems({ gateway: { bind: 'fe80::1%eth0' } })).toHaveLength(1);
});

test.each([
  [
    { beforeUp: 7 },
    'hooks.beforeUp: found 7; expected a command, a list of a program and its arguments, or a function',
  ],
  [{ beforeUp: [] }, 'hooks.beforeUp[0]: is missing; expected a value of type string'],
  [{ afterUp: ['tell', 7] }, 'hooks.afterUp[1]: found 7; expected a value of type string'],
  [{ beforeDown: 'a\0b' }, 'hooks.beforeDown: found "a\\u0000b"; expected a text without NUL'],
  [{ afterDown: 'x' }, 'hooks.afterDown: unknown key; did you mean "afterUp"?'],
  [{ timeout: '2d' }, 'hooks.timeout: found "2d"; expected at most "1d"'],
  [{ timeout: 'soon' }, 'hooks.timeout: found "soon"; expected a duration such as "5s" or "15d"'],
])('a hook must be one: %j', (hooks, problem) => {
  expect(problems({ hooks })).toEqual([problem]);
});

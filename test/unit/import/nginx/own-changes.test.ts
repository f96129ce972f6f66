import { expect, test } from 'vitest';
import type { FortressConfig } from '../../../../src/config/types.js';
import type { Imported } from '../../../../src/import/import-project.js';
import { APIS, treeOf } from '../../export/exam/tree.js';
import { importOf } from '../project.js';

const CONF = 'deployments/nginx/nginx.conf';

/** What is imported of an exam that fortress exported, and somebody changed. */
async function reimported(
  input: FortressConfig = {},
  change: (files: Record<string, string>) => void = () => undefined,
): Promise<Imported> {
  const { files } = await treeOf(input);
  const texts = files.map(({ path, content }): [string, string] => [path, content.toString()]);
  const tree = Object.fromEntries(texts);
  change(tree);
  const binary = files.filter(({ content }) => Buffer.isBuffer(content)).map(({ path }) => path);
  return importOf(tree, '/project', binary);
}

const differences = ({ left }: Imported) =>
  left.filter(({ what }) => /fortress [\d.]+ writes|as it is$/.test(what)).map(({ what, where }) => [what, where]);

const edited = async (from: string, to: string, input: FortressConfig = {}) =>
  differences(
    await reimported(input, (files) => {
      expect(files[CONF]).toContain(from);
      files[CONF] = `${files[CONF]}`.replace(from, to);
    }),
  );

test.each<[string, FortressConfig]>([
  ['as it comes', {}],
  ['with one host', { gateway: { hosts: ['localhost'] } }],
  ['with shares', { apis: APIS, routes: [{ weight: 20, to: 'v2' }, { to: 'v1' }] }],
  [
    'with rules',
    {
      routes: [{ header: 'X-One', value: 'a.b', to: 'v2' }, { header: 'X-Two', value: 'c', to: 'v2' }, { to: 'v1' }],
    },
  ],
  ['without a limit and monitoring', { gateway: { rateLimit: false }, monitoring: false }],
  [
    'with other limits',
    {
      gateway: {
        rateLimit: { requestsPerSecond: 7, burst: 3, status: 403 },
        bodyLimit: '3m',
        connectionsPerClient: 77,
        passwords: { wrongPerMinute: 30 },
      },
    },
  ],
  [
    'with other hosts and ports',
    { gateway: { hosts: ['a.example', '::1', '10.1.2.3'], httpPort: 8080, httpsPort: 8443, tls: { hsts: true } } },
  ],
])('of an untouched nginx.conf nothing is left: %s', async (_, input) => {
  expect(differences(await reimported(input))).toEqual([]);
});

test('a number that the configuration has a key for is carried over', async () => {
  const changed = await reimported({}, (files) => {
    files[CONF] = `${files[CONF]}`.replaceAll('10r/s', '25r/s').replace('More than 10 req', 'More than 25 req');
  });
  expect(changed.config.gateway?.rateLimit).toMatchObject({ requestsPerSecond: 25 });
  expect(differences(changed)).toEqual([]);
});

test('what somebody wrote into it is told, with its lines', async () => {
  expect(
    await edited(
      'location = /predict {',
      'gzip on;\n        location /hello { return 200 hi; }\nlocation = /predict {',
    ),
  ).toEqual([
    [
      expect.stringMatching(/^not what fortress [\d.]+ writes: gzip on; location \/hello$/),
      [expect.stringMatching(/nginx\.conf:\d+$/), expect.stringMatching(/nginx\.conf:\d+$/)],
    ],
  ]);
});

test('another value is told once, with its line', async () => {
  expect(await edited('proxy_read_timeout        10s;', 'proxy_read_timeout 60s;')).toEqual([
    [
      expect.stringMatching(/^not what fortress .* writes: proxy_read_timeout 60s$/),
      [expect.stringContaining('nginx.conf:')],
    ],
  ]);
});

test('what somebody took out is told', async () => {
  expect(await edited('proxy_hide_header  X-Request-Id; # ours is enough', '')).toEqual([
    [expect.stringMatching(/^taken out of what fortress .* writes: proxy_hide_header X-Request-Id$/), [CONF]],
  ]);
});

test('a server of its own is told as one', async () => {
  expect(
    await edited(
      '    # ---------------------------------------------------------------- status',
      'server { listen 9000; return 200 hi; }',
    ),
  ).toEqual([[expect.stringMatching(/writes: server$/), [expect.stringContaining('nginx.conf:')]]]);
});

test('a script that somebody changed is told', async () => {
  const changed = await reimported({}, (files) => {
    files['deployments/nginx/logins.js'] += '\n// mine\n';
  });
  expect(differences(changed)).toEqual([['logins.js as it is', ['deployments/nginx/logins.js']]]);
});

import { expect, test } from 'vitest';
import type { FortressConfig } from '../../../../src/config/types.js';
import type { Imported } from '../../../../src/import/import-project.js';
import { APIS, MODEL, treeOf } from '../../export/exam/tree.js';
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
  [
    'with other names of APIs',
    {
      apis: { emotion: { model: MODEL, debug: true }, 'a-b': { model: MODEL, replicas: 2 } },
      routes: [{ weight: 20, to: 'a-b' }, { to: 'emotion' }],
    },
  ],
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

test('APIs keep their names, and what they say of themselves', async () => {
  const { config } = await reimported({
    apis: { emotion: { model: MODEL, debug: true }, 'a-b': { model: MODEL, debug: false } },
    routes: [{ header: 'X-Experiment-Group', value: 'debug', to: 'a-b' }, { to: 'emotion' }],
  });
  expect(config.apis).toMatchObject({ emotion: { debug: true }, 'a-b': { debug: false } });
});

test('the paths of metrics come back', async () => {
  const { config } = await reimported({
    apis: { a: { image: 'x/a:1', metrics: '/m' }, b: { image: 'x/b:1', metrics: '/metrics' } },
    routes: [{ header: 'X-B', value: 'b', to: 'b' }, { to: 'a' }],
  });
  expect(config.apis).toMatchObject({ a: { metrics: '/m' }, b: { metrics: '/metrics' } });
});

test('a compatible hash stays one', async () => {
  const { config } = await reimported({}, (files) => {
    files['deployments/nginx/.htpasswd'] = 'ana:$apr1$abcdefgh$Xe5ZuvJnSDlbEQ6HCJDcq0\n';
  });
  expect(config.gateway?.passwords).toEqual({ hash: 'apr1', wrongPerMinute: 60 });
});

test('how certificates are issued comes back', async () => {
  const tls = { key: 'rsa-2048', days: 90, renewBeforeDays: 7 } as const;
  expect((await reimported({ gateway: { tls } })).config.gateway?.tls).toMatchObject(tls);
});

test('another certificate than the usual is told, where it is not in the project', async () => {
  const { left } = await reimported({}, (files) => {
    files[CONF] = `${files[CONF]}`.replace('certs/nginx.crt;', '/etc/letsencrypt/live/x/fullchain.pem;');
  });
  expect(left).toContainEqual(
    expect.objectContaining({ why: '/etc/letsencrypt/live/x/fullchain.pem is not in the project' }),
  );
});

test('what somebody has Prometheus do besides is told', async () => {
  const { left } = await reimported({}, (files) => {
    const path = 'deployments/prometheus/prometheus.yml';
    files[path] = `${files[path]}`
      .replace('scrape_configs:', 'scrape_configs:\n  - job_name: node\n    static_configs: [{ targets: [node:9100] }]')
      .concat('remote_write: [{ url: "https://x" }]\n');
  });
  expect(left.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['scrape jobs node', 'remote_write of Prometheus']),
  );
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
    [
      expect.stringMatching(/^taken out of what fortress .* writes: proxy_hide_header X-Request-Id$/),
      [expect.stringMatching(/nginx\.conf:\d+$/)],
    ],
  ]);
});

test('what is taken out is told, whatever is added beside it', async () => {
  const v2 = String.raw`location ~ ^(?<path>/v2(/[\w.:/-]*)?)\z {`;
  expect(await edited(v2, 'location = /admin {')).toEqual([
    [expect.stringMatching(/^not what .* writes: location = \/admin$/), expect.anything()],
    [expect.stringMatching(/^taken out of .* writes: location ~$/), expect.anything()],
  ]);
});

test('a list of addresses in another order is told', async () => {
  const told = await reimported({}, (files) => {
    files[CONF] = `${files[CONF]}`.replaceAll(/( *allow 127[^]*?)( *deny {2}all;\n)/g, '$2$1');
  });
  expect(differences(told)).toEqual([[expect.stringMatching(/writes: allow 127\.0\.0\.0/), expect.anything()]]);
});

test.each([
  'proxy_set_header X-Key "Bearer sk-live-12345678901234567890";',
  'if ($http_x_admin = hunter22) { return 403; }',
  'set $hunter sk_hunter22;',
  'include hunter22.conf;',
])('no value that may be a secret is shown: %s', async (line) => {
  const text = JSON.stringify(await edited('location = /predict {', `${line}\nlocation = /predict {`));
  expect(text).toContain(line.split(' ')[0]);
  expect(text).not.toMatch(/hunter22|sk-live/);
});

test('no key of a map is shown', async () => {
  const text = JSON.stringify(
    await edited('map $http_x_experiment_group $api {', 'map $http_x_experiment_group $api { sk-live-123 api_v2;'),
  );
  expect(text).toContain('a line of map');
  expect(text).not.toContain('sk-live');
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

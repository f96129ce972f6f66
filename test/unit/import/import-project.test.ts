import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { FortressConfig, GatewayConfig } from '../../../src/config/types.js';
import { FortressError } from '../../../src/errors.js';
import { exportCompose } from '../../../src/export/compose/index.js';
import type { Exported } from '../../../src/export/exported.js';
import { issueCa, issueServerCertificate } from '../../../src/credentials/issue.js';
import type { Imported } from '../../../src/import/import-project.js';
import { treeOf } from '../export/exam/tree.js';
import { exportMaterialOf } from '../export/material.js';
import { exampleImage } from '../stack/example.js';
import { importOf, leftIn, NGINX, NOW, PROJECT } from './project.js';

const withNginx = (text: string): ReturnType<typeof importOf> =>
  importOf({ ...PROJECT, 'deployments/nginx/nginx.conf': text });
const whole = (text: string): string => verdict({ ...PROJECT, 'deployments/nginx/nginx.conf': text });
const amid = (text: string): string => NGINX.replace('proxy_pass', () => `${text}; proxy_pass`);

describe('a project that fortress can do all of', () => {
  test('becomes the configuration that does the same', () => {
    expect(importOf(PROJECT).config).toEqual({
      project: 'moods',
      preset: 'exam',
      gateway: {
        hosts: ['moods.example'],
        httpPort: 8080,
        httpsPort: 443,
        bodyLimit: '128k',
        rateLimit: { requestsPerSecond: 20, burst: 7, status: 429 },
      },
      apis: {
        v1: { build: './src/api/v1', port: 8000, health: '/health', replicas: 3, debug: false },
        v2: { build: './src/api/v2', port: 9000, health: '/', replicas: 1, debug: true },
      },
      routes: [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }, { to: 'v1' }],
      monitoring: {
        bind: '127.0.0.1',
        exporterPort: 9113,
        prometheusPort: 9095,
        scrapeInterval: '10s',
        retention: '7d',
        grafana: { port: 3001, user: 'boss', password: 'plain' },
      },
    });
  });

  test('leaves nothing but the certificate, which is not there', () => {
    expect(leftIn(importOf(PROJECT))).toEqual(['the certificate']);
  });

  test('each value says where it comes from', () => {
    const { text } = importOf(PROJECT);
    expect(text).toContain(
      [
        '    // from deployments/nginx/nginx.conf:3: limit_req_zone $binary_remote_addr zone=z:10m rate=20r/s',
        '    // from deployments/nginx/nginx.conf:18: limit_req zone=z burst=7 nodelay',
        '    // from deployments/nginx/nginx.conf:4: limit_req_status 429',
        '    rateLimit: { requestsPerSecond: 20, burst: 7, status: 429 },',
      ].join('\n'),
    );
    expect(text).toContain('// from docker-compose.yml:5: 8080:80\n    httpPort: 8080,');
  });

  test('the text is TypeScript that gives the same configuration', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fortress-import-'));
    try {
      const { config, text } = importOf(
        { ...PROJECT, 'docker-compose.yml': `${PROJECT['docker-compose.yml']}` },
        folder,
      );
      // The library by its source: tests need no build.
      await writeFile(
        join(folder, 'fortress.config.ts'),
        text.replace("import { defineConfig } from 'fortress';", 'const defineConfig = <T>(config: T): T => config;'),
      );
      expect(await loadConfig(folder)).toEqual(resolveConfig(config, folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('paths lead from the folder that is written to', () => {
    expect(importOf(PROJECT, '/elsewhere/new').config.apis?.['v1']?.build).toBe('../../project/src/api/v1');
  });
});

const filesOf = ({ files }: Exported): [files: Record<string, string>, binary: string[]] => [
  Object.fromEntries(files.map(({ path, content }) => [path, content.toString()])),
  files.filter(({ content }) => Buffer.isBuffer(content)).map(({ path }) => path),
];

test('what fortress exported is its own model server again, and nothing of its files is left', () => {
  const material = exportMaterialOf({}, (name) =>
    name === 'api' ? { reference: 'fortress/api:abc', origin: 'an example' } : exampleImage(name),
  );
  const [tree, binary] = filesOf(exportCompose(material));
  const imported = importOf(tree, '/project', binary);
  expect(imported.config.apis).toMatchObject({
    v1: { model: './files/api-v1/model.onnx', replicas: 3, debug: false },
    v2: { model: './files/api-v2/model.onnx', replicas: 1, debug: true },
  });
  expect(imported.config.gateway?.users).toEqual(['admin']);
  expect(leftIn(imported).filter((what) => /nginx|writes|\.js/.test(what))).toEqual([]);
});

const withOurs = async (files: Record<string, string>, input: FortressConfig = {}): Promise<Imported> => {
  const [tree, binary] = filesOf(await treeOf(input));
  return importOf({ ...tree, ...files }, '/project', binary);
};

describe('what fortress itself wrote is read for what it says', () => {
  test('how often a password may be wrong, and the kind of key', async () => {
    const gateway: GatewayConfig = { passwords: { wrongPerMinute: 30 }, tls: { key: 'rsa-4096' } };
    expect((await withOurs({}, { gateway })).config.gateway).toMatchObject(gateway);
  });

  test('its certificate is not taken for one of the person', async () => {
    const { certificate, key } = await serverPair();
    const { config, left } = await withOurs(
      {
        'deployments/nginx/certs/nginx.crt': certificate,
        'deployments/nginx/certs/nginx.key': key,
        'deployments/nginx/.htpasswd': 'admin:{PLAIN}admin\n',
      },
      { preset: 'exam', gateway: { tls: { key: 'rsa-2048' } } },
    );
    expect(config.gateway?.tls).toMatchObject({ key: 'rsa-2048', caFile: 'deployments/nginx/certs/fortress-ca.crt' });
    expect(left.map(({ what }) => what)).toContain('the certificate');
  });

  test("a default for Grafana's password is the password; one of .env is not told", () => {
    const compose = `${PROJECT['docker-compose.yml']}`.replace('_PASSWORD: plain', "_PASSWORD: '${P:-known}'");
    const monitoring = (files: Record<string, string>): string =>
      JSON.stringify(importOf({ ...PROJECT, 'docker-compose.yml': compose, ...files }).config.monitoring);
    expect(monitoring({})).toContain('"password":"known"');
    expect(monitoring({ '.env': 'P=secret' })).not.toContain('password');
  });
});

test('files with secrets are named for the API that has them', () => {
  const compose = `${PROJECT['docker-compose.yml']}`
    .replace(
      'build: ./src/api/v2\n',
      "build: ./src/api/v2\n    environment: { SECRETS_PATH: /s }\n    secrets: [{ source: a, target: /s/api-key }, b, { source: c, target: '..' }]\n",
    )
    .concat('secrets: { a: { file: ./secrets/key }, b: { external: true }, c: { file: ./x }, d: { file: ./y } }\n');
  const { config, left } = importOf({ ...PROJECT, 'docker-compose.yml': compose });
  expect(config.apis?.['v2']?.secrets).toEqual({ 'api-key': './secrets/key' });
  expect(left.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['the file secrets/key', 'the secret b of api-v2', 'the secret c of api-v2', 'secrets d']),
  );
});

describe('what cannot be carried over is told', () => {
  test('ports that are not read, and an address that no certificate may name', () => {
    const imported = importOf({
      ...PROJECT,
      'docker-compose.yml': `${PROJECT['docker-compose.yml']}`.replace("'8080:80'", "'8080-8082:80', '443:443/udp'"),
      'deployments/nginx/nginx.conf': NGINX.replaceAll(
        'server_name moods.example',
        'server_name moods.example fe80::1%eth0',
      ),
    });
    expect(imported.config.gateway?.hosts).toEqual(['moods.example']);
    expect(leftIn(imported)).toEqual(
      expect.arrayContaining(['published ports of nginx: 8080-8082:80, 443:443/udp', 'server_name fe80::1%eth0']),
    );
  });

  test('with file and line, and what to do', () => {
    const { left } = withNginx(
      NGINX.replace('location /predict {', 'gzip on;\n    location /admin { root /srv; }\n    location /predict {'),
    );
    expect(left).toContainEqual({
      what: 'paths: /admin',
      where: ['deployments/nginx/nginx.conf:16'],
      why: 'the gateway passes on /predict, /v2/…, /docs and /openapi.json, each with a password, and answers 404 to all else',
      hint: 'another path needs your own nginx.conf.eta (docs/templates.md)',
    });
    expect(leftIn({ left } as ReturnType<typeof importOf>)).toEqual(
      expect.arrayContaining(['compression: gzip', 'files that nginx serves: root']),
    );
  });

  test('hundreds of directives are one line', () => {
    const many = Array.from({ length: 300 }, (_, index) => `unheard_of_${index} on;`).join('\n');
    const { left } = withNginx(NGINX.replace('events {}', `events {}\n${many}`));
    const [others] = left.filter(({ what }) => what.startsWith('other directives'));
    expect(others?.what).toMatch(/unheard_of_4 and 295 more$/);
    expect(others?.where).toHaveLength(6);
  });

  test('services, their ports, mounts and secrets', () => {
    const compose =
      PROJECT['docker-compose.yml']?.replace(
        '  api-v2:\n',
        "  db: { image: 'postgres:17' }\n  api-v2:\n    ports: ['8002:9000']\n    volumes: ['./data:/data']\n    environment: { DB_PASSWORD: x, LEVEL: low, FROM: '${OUTSIDE}' }\n    command: serve\n",
      ) ?? '';
    const imported = importOf({ ...PROJECT, 'docker-compose.yml': compose });
    expect(leftIn(imported)).toEqual(
      expect.arrayContaining([
        'the service db (postgres:17)',
        'ports of api-v2: 8002:9000',
        './data:/data in api-v2',
        'DB_PASSWORD of api-v2',
        'FROM of api-v2',
        'command of api-v2',
      ]),
    );
    expect(imported.config.apis?.['v2']?.env).toEqual({ LEVEL: 'low' });
    expect(JSON.stringify(imported)).not.toContain('"x"');
  });

  test("the project's own certificate is not overwritten by the exam's place for the CA", () => {
    const { config, left } = importOf({ ...PROJECT, 'deployments/nginx/certs/nginx.crt': 'expired' });
    expect(config.gateway?.tls?.caFile).toBe('deployments/nginx/certs/fortress-ca.crt');
    expect(left.map(({ what }) => what)).toContain('deployments/nginx/certs/nginx.crt as the certificate to trust');
  });

  test('a project without anything to be served gets a configuration all the same', () => {
    const { config, left } = importOf({ 'compose.yaml': 'services: { redis: { image: redis } }' });
    expect(config).toMatchObject({ monitoring: false });
    expect(config.apis).toBeUndefined();
    expect(left.map(({ what }) => what)).toContain('the APIs');
  });
});

describe('what cannot be read', () => {
  test.each([
    [
      'deployments/nginx/nginx.conf',
      'http {\n  server {\n',
      /^deployments\/nginx\/nginx\.conf:2: found "server \{", which is not closed/,
    ],
    ['deployments/nginx/nginx.conf', 'events {}\n}', /nginx\.conf:2: found "\}" without a "\{"/],
    ['deployments/nginx/nginx.conf', 'user "me;', /nginx\.conf:1: found a quote " that never ends/],
    ['docker-compose.yml', 'services:\n  a: [', /^docker-compose\.yml is not YAML/],
    ['docker-compose.yml', null, /^docker-compose\.yml: found a file that cannot be read/],
    ['prometheus.yml', 'global: [', /^prometheus\.yml:1: found what is no YAML/],
  ])('%s: %j', (file, text, message) => {
    const run = (): unknown => importOf({ ...PROJECT, [file]: text ?? '' }, '/project', text === null ? [file] : []);
    expect(run).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringMatching(message) }));
  });

  const words = fc.constantFrom(
    'http',
    'server',
    'location',
    '/predict',
    '/',
    'upstream',
    'one',
    'map',
    '$http_x_experiment_group',
    '$arm',
    '"',
    "'",
    '{',
    '}',
    ';',
    ' ',
    '\n',
    '#',
    '\\',
    '$',
    '${',
    'proxy_pass',
    'http://$arm',
    'http://one',
    'http://api-v1:8000/',
    'default',
    '~^debug$',
    '"debug"',
    'listen',
    '443 ssl',
    'limit_req_zone',
    '$binary_remote_addr',
    'zone=z:1m',
    'rate=10r/s',
    'limit_req',
    'zone=z',
    'burst=5',
    'if',
    '($http_a = b)',
    'set',
    'split_clients',
    '10%',
    '*',
    'include',
    '*.conf',
    'server_name',
    '127.0.0.1',
    'client_max_body_size',
    '0',
    'auth_basic_user_file',
    'return 301',
    'error_page 418 = @x',
    '{};',
  );

  test('any soup of nginx words gives a configuration or an error with a place', () => {
    const soup = fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(soup, (text) => void expect(whole(text)).toBe('as it should be')),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(soup, (text) => void expect(whole(amid(text))).toBe('as it should be')),
      { numRuns: 100 },
    );
  });

  const leaf = fc.oneof(
    fc.constantFrom(
      '${A:-b}',
      '127.0.0.1:80:80',
      '80:80',
      './x:/y',
      '../..:/z',
      'nginx',
      'prom/prometheus',
      'grafana/grafana',
      './src/api/v1',
      null,
      true,
      -1,
      1e99,
      '',
    ),
    fc.string({ maxLength: 12 }),
  );
  const keys = fc.constantFrom(
    'image',
    'build',
    'context',
    'dockerfile',
    'args',
    'ports',
    'environment',
    'volumes',
    'deploy',
    'replicas',
    'resources',
    'limits',
    'memory',
    'cpus',
    'healthcheck',
    'test',
    'command',
    'networks',
    'aliases',
    'user',
    'container_name',
    'expose',
    'published',
    'target',
    'source',
    'type',
    'GF_SECURITY_ADMIN_USER',
    'MODEL_PATH',
    '__proto__',
  );
  const { service } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
    ),
    service: fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
  }));
  const names = fc.constantFrom('nginx', 'api-v1', 'api-v2', 'prometheus', 'grafana', 'exporter', 'db', 'ÄÖ ü', '');

  test('any soup of compose keys gives a configuration or an error', () => {
    const projects = fc
      .dictionary(names, service, { maxKeys: 6 })
      .map((services) => ({ ...PROJECT, 'docker-compose.yml': JSON.stringify({ services }) }));
    fc.assert(
      fc.property(projects, (files) => void expect(verdict(files)).toBe('as it should be')),
      { numRuns: 100 },
    );
  });

  test('any text in place of a file gives a configuration or an error', () => {
    const projects = fc
      .tuple(fc.constantFrom(...Object.keys(PROJECT)), fc.string({ unit: 'binary', maxLength: 80 }))
      .map(([name, text]) => ({ ...PROJECT, [name]: text }));
    fc.assert(
      fc.property(projects, (files) => void expect(verdict(files)).toBe('as it should be')),
      { numRuns: 100 },
    );
  });
});

async function serverPair(): Promise<{ certificate: string; key: string }> {
  const ca = await issueCa('moods', 'rsa-2048', NOW);
  return issueServerCertificate(ca, {
    project: 'moods',
    names: [{ kind: 'dns', value: 'moods.example' }],
    type: 'rsa-2048',
    days: 365,
    now: new Date(NOW.getTime() - 86_400_000),
  });
}

/** A configuration that resolves, or an error of exit 2 that is about the project and not about the import's own result. */
function verdict(files: Record<string, string>): string {
  try {
    const { config, text } = importOf(files);
    resolveConfig(config, '/project');
    return /[\u2028\u2029]/.test(text) ? 'a line that ends where none should' : 'as it should be';
  } catch (error) {
    if (!(error instanceof FortressError)) throw error;
    const isOurs = /^fortress\.config\.ts|^gateway\.|^apis|^routes|^monitoring/.test(error.message);
    return error.exitCode === 2 && !isOurs ? 'as it should be' : error.message;
  }
}

import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FortressConfig } from '../../../../src/config/types.js';
import { exportExam } from '../../../../src/export/exam/index.js';
import type { Exported, ExportedBuild } from '../../../../src/export/exported.js';
import { writeTree } from '../../../../src/export/write-tree.js';
import { parseCompose } from '../../../../src/grade/compose/document.js';
import { hazardsOf } from '../../../../src/grade/compose/hazards.js';
import { examineDeliverables } from '../../../../src/grade/deliverables/examine.js';
import { findProject } from '../../../../src/grade/project.js';
import { importOf } from '../../import/project.js';
import { MATERIALS } from '../../render/fixture.js';
import { exportMaterialOf } from '../material.js';
import { APIS, MODEL, textOf, treeOf } from './tree.js';

const EXAM = await treeOf({ preset: 'exam' });

const composeOf = (tree: Exported) => parseCompose(textOf(tree, 'docker-compose.yml'), 'docker-compose.yml');
const scriptsOf = ({ files }: Exported): [path: string, text: string][] =>
  files.filter(({ path }) => path.endsWith('.sh')).map(({ path, content }) => [path, content.toString()]);

/** Paths of the files that hold a text. */
const holding = (tree: Exported, text: string): string[] =>
  tree.files.filter(({ content }) => Buffer.from(content).includes(text)).map(({ path }) => path);

/** What APIs are made of. */
const sources = ({ files }: Exported): string[] =>
  files.map(({ path }) => path).filter((path) => path.startsWith('src/api/'));

/** What the first replica of each API is built from. */
const contexts = (tree: Exported) =>
  Object.fromEntries(
    Object.entries(composeOf(tree).services).flatMap(([name, { build }]) =>
      name.startsWith('api-') && name.endsWith('-1') ? [[name, (build as { context?: string })?.context]] : [],
    ),
  );

/** Of nginx, without comments. */
const directives = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');

/** What is in no template, and may say such words. */
const PROGRAMS = /\.(?:onnx|js|json|py)$/;

const SECRETS = [
  'PRIVATE KEY',
  MATERIALS.key,
  MATERIALS.probeToken,
  MATERIALS.hashKey,
  'THE PASSWORD',
  'THE GRAFANA PASSWORD',
];

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fortress-exam-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Configurations that are unlike the exam's. */
const ODD: Record<string, FortressConfig> = {
  'many hosts': { gateway: { hosts: ['api.example.org', '192.0.2.7', '2001:db8::7'], tls: { key: 'rsa-2048' } } },
  'other ports and users': {
    gateway: { httpPort: 80, httpsPort: 8443, users: ['ada', { name: 'bob', password: "it's $ecret" }] },
  },
  'no rate limit and no monitoring': { gateway: { rateLimit: false }, monitoring: false },
  'another limit': { gateway: { rateLimit: { requestsPerSecond: 3, burst: 0, status: 403 } } },
  'no Grafana': { monitoring: { grafana: false } },
  weights: { routes: [{ weight: 30, to: 'v2' }, { to: 'v1' }] },
  'one API': { apis: { only: { model: MODEL } }, routes: [{ to: 'only' }] },
  'several APIs': {
    apis: { ...APIS, 'big-one': { model: resolve('model/self-contained.onnx'), debug: true, cpus: 0.5 } },
    routes: [
      { header: 'X-Group', value: 'debug', to: 'v2' },
      { header: 'X-Size', value: 'big', to: 'big-one' },
      { to: 'v1' },
    ],
  },
  'an image with secrets': {
    apis: {
      v1: { image: 'example.org/api:1', env: { GREETING: "it's $5", LINES: 'a\nb' }, secrets: { token: 'token.txt' } },
      v2: APIS.v2,
    },
  },
};

describe('the tree', () => {
  test('has every file that the exam asks for, and makes the folder of the certificate', () => {
    const paths = EXAM.files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const wanted of [
      'Makefile',
      'docker-compose.yml',
      'README.md',
      'deployments/nginx/Dockerfile',
      'deployments/nginx/nginx.conf',
      'deployments/nginx/.htpasswd',
      'deployments/prometheus/prometheus.yml',
      'deployments/prometheus/rules.yml',
      'deployments/grafana/provisioning/datasources/prometheus.yaml',
      'deployments/grafana/dashboards/gateway.json',
      'model/model.onnx',
      'src/api/requirements.txt',
      'src/api/v1/main.py',
      'src/api/v1/Dockerfile',
      'src/api/v2/main.py',
      'src/api/v2/Dockerfile',
      'src/gen_model.py',
      'tests/run_tests.sh',
    ])
      expect(paths).toContain(wanted);
    expect(EXAM.folders).toEqual({ 'deployments/nginx/certs': 0o700 });
    expect(EXAM.files.find(({ path }) => path === 'tests/run_tests.sh')?.mode).toBe(0o755);
  });

  test('holds the model that takes texts as they are', () => {
    const model = EXAM.files.find(({ path }) => path === 'model/model.onnx')?.content;
    expect(readFileSync('model/self-contained.onnx').equals(model as Buffer)).toBe(true);
    expect(EXAM.left.find(({ what }) => what === 'model')?.why).toContain('v1, v2');
  });

  test('holds no secret but the hashes of passwords', async () => {
    const secret = await treeOf({
      gateway: { users: [{ name: 'ada', password: 'THE PASSWORD' }] },
      monitoring: { grafana: { password: 'THE GRAFANA PASSWORD' } },
    });
    for (const text of SECRETS) expect([text, holding(EXAM, text), holding(secret, text)]).toEqual([text, [], []]);
    expect(holding(EXAM, MATERIALS.htpasswd)).toEqual(['deployments/nginx/.htpasswd']);
    expect(textOf(secret, 'tests/run_tests.sh')).toContain("GATEWAY_PASSWORD:-''}");
    expect(secret.left.some(({ what }) => what === 'password')).toBe(true);
    expect(textOf(secret, 'docker-compose.yml')).toContain('GF_SECURITY_ADMIN_PASSWORD: ${GRAFANA_PASSWORD:?');
    expect(textOf(secret, 'deployments/images.sh')).toContain('openssl rand');
    expect(textOf(EXAM, 'tests/run_tests.sh')).toContain("GATEWAY_PASSWORD:-'admin'}");
  });

  test('satisfies every question that grading asks of files', async () => {
    await inFolder(async (folder) => {
      await writeTree(folder, EXAM, true);
      const rows = await examineDeliverables(await findProject(folder), new AbortController().signal);
      expect(rows.length).toBeGreaterThan(8);
      expect(rows.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    });
  });
});

describe.each([['the exam', { preset: 'exam' }], ...Object.entries(ODD)] as [string, FortressConfig][])(
  'with %s',
  (_, input) => {
    test('templates are filled in, scripts and compose file can be read', async () => {
      const tree = await treeOf(input);
      const unfilled = tree.files.filter(
        ({ path, content }) => !PROGRAMS.test(path) && /<%|\bundefined\b|\[object /.test(content.toString()),
      );
      expect(unfilled.map(({ path }) => path)).toEqual([]);
      for (const [, text] of scriptsOf(tree)) execFileSync('bash', ['-n'], { input: text });
      expect(hazardsOf(composeOf(tree), { root: '/submission', resolved: false })).toEqual([]);
    });

    test('nginx asks the replicas at the addresses that compose gives them', async () => {
      const tree = await treeOf(input);
      const replicas = Object.entries(composeOf(tree).services).flatMap(([name, { networks, environment }]) => {
        const address = (networks as { backend?: { ipv4_address?: string } })?.backend?.ipv4_address;
        return address === undefined ? [] : [`${address}:${(environment as { PORT: string }).PORT} ${name}`];
      });
      const servers = [...textOf(tree, 'deployments/nginx/nginx.conf').matchAll(/server (\S+) max_fails.*# (\S+)/g)];
      expect(servers.map(([, address, name]) => `${address} ${name}`).toSorted()).toEqual(replicas.toSorted());
      expect(replicas.length).toBeGreaterThan(0);
    });
  },
);

describe('nginx.conf', () => {
  const conf = textOf(EXAM, 'deployments/nginx/nginx.conf');

  test('names the files of this tree, and nothing that only fortress would put there', () => {
    expect(conf).toContain('ssl_certificate           certs/nginx.crt;');
    expect(conf).toContain('ssl_certificate_key       certs/nginx.key;');
    expect(conf).toContain('auth_basic_user_file .htpasswd;');
    expect(conf).not.toMatch(/probe|closing|named-client|fortress\.config|x_fortress/i);
  });

  test('is otherwise the one of fortress', () => {
    const material = exportMaterialOf({ preset: 'exam', apis: APIS });
    const gateway = material.stack.services.find(({ name }) => name === 'gateway');
    if (!gateway) throw new Error('no gateway');
    const own = material.files(gateway).find(({ path }) => path === 'nginx.conf')?.content as string;
    const missing = directives(own).filter((line) => !directives(conf).includes(line));
    expect(
      missing.filter(
        (line) => !/probe|closing|598|limited_client|limit_req zone|proxy_pass http:\/\/\$api/i.test(line),
      ),
    ).toEqual([
      'default $binary_remote_addr;',
      'ssl_certificate           server.crt;',
      'ssl_certificate_key       server.key;',
      'auth_basic_user_file htpasswd;',
      'recursive_error_pages on;',
      'keepalive_timeout 0;',
      expect.stringContaining('proxy_cache_key'),
      expect.stringContaining('set $certificate_expiry'),
    ]);
    expect(conf).toContain('limit_req_zone $binary_remote_addr zone=clients:10m rate=10r/s;');
    expect(directives(conf).filter((line) => line === 'limit_req zone=clients burst=5 nodelay;')).toHaveLength(2);
  });

  test('shares are by address alone', async () => {
    const { weights = {} } = ODD;
    expect(textOf(await treeOf(weights), 'deployments/nginx/nginx.conf')).toContain(
      'split_clients $remote_addr $api {',
    );
  });
});

describe('APIs', () => {
  test('one of another name is made from the template that answers as it does', async () => {
    const tree = await treeOf(ODD['several APIs']);
    expect(textOf(tree, 'src/api/big-one/Dockerfile')).toContain('COPY big-one/main.py ./');
    expect(textOf(tree, 'src/api/big-one/main.py')).toContain('prediction_proba_dict');
    expect(textOf(tree, 'src/api/big-one/main.py')).not.toMatch(/\bv2\b/);
    expect(composeOf(tree).services['api-big-one-1']).toMatchObject({ cpus: 0.5, image: 'shop/api-big-one:1' });
  });

  test('what a project builds itself is handed in as it is', async () => {
    const context = [
      { path: 'Dockerfile', content: 'ARG PYTHON_IMAGE=python\nFROM ${PYTHON_IMAGE}\nHEALTHCHECK CMD true\n' },
      { path: 'app.py', content: 'THE APP' },
    ];
    const input: FortressConfig = { apis: { v1: { build: { context: 'api', args: { LEVEL: '$3' } } }, v2: APIS.v2 } };
    const build = {
      context,
      dockerfile: 'Dockerfile',
      args: { LEVEL: '$3', PYTHON_IMAGE: 'fortress/python:debian-1' },
    };
    const tree = await treeOf(input, { 'api-v1': build });
    expect(textOf(tree, 'src/api/v1/app.py')).toBe('THE APP');
    expect(composeOf(tree).services['api-v1-1']?.['build']).toEqual({
      context: './src/api/v1',
      dockerfile: 'Dockerfile',
      args: { LEVEL: '$$3', PYTHON_IMAGE: expect.stringMatching(/^\$\{IMAGE_PYTHON:-python:/) },
    });
    expect(composeOf(tree).services['gateway']?.['depends_on']).toMatchObject({
      'api-v1-1': { condition: 'service_healthy' },
    });
  });

  describe('that share a context', () => {
    const context = [
      { path: '.dockerignore', content: '**/*.pyc\n' },
      { path: 'requirements.txt', content: 'fastapi\n' },
      { path: 'v1/Dockerfile', content: 'FROM python:3.13\nHEALTHCHECK CMD true\nEXPOSE 8000\n' },
      { path: 'v1/main.py', content: 'app = FastAPI()\n@app.get("/health")\n' },
      { path: 'v2/Dockerfile', content: 'FROM python:3.13\nHEALTHCHECK CMD true\nEXPOSE 8000\n' },
      { path: 'v2/main.py', content: 'app = FastAPI(debug=True)\n@app.get("/health")\n' },
    ];
    const apis = {
      v1: { build: { context: './src/api', dockerfile: 'v1/Dockerfile' } },
      v2: { build: { context: './src/api', dockerfile: 'v2/Dockerfile' } },
    };
    const buildOf = (name: string) => ({ context, dockerfile: `${name}/Dockerfile`, args: {} });
    const shared = (others: FortressConfig['apis'] = {}, builds: Record<string, ExportedBuild> = {}) =>
      treeOf(
        { preset: 'exam', apis: { ...apis, ...others } },
        { 'api-v1': buildOf('v1'), 'api-v2': buildOf('v2'), ...builds },
      );
    const below = (folder: string): string[] => context.map(({ path }) => `${folder}/${path}`);

    test('have it once, where the exam looks for it', async () => {
      const tree = await shared();
      expect(sources(tree)).toEqual(below('src/api'));
      expect(composeOf(tree).services['api-v2-1']?.['build']).toEqual({
        context: './src/api',
        dockerfile: 'v2/Dockerfile',
      });
      expect(textOf(tree, 'README.md')).toContain(
        '| `src/api/` | APIs v1 and v2: built from `v1/Dockerfile` and `v2/Dockerfile` |\n',
      );
      expect(composeOf(tree).services['gateway']?.['depends_on']).toMatchObject({
        'api-v1-1': { condition: 'service_healthy' },
      });
    });

    test('have it in the same place when another API is an image, which has no files', async () => {
      const tree = await shared({ other: { image: 'example.org/api:1' } });
      expect(sources(tree)).toEqual(below('src/api'));
    });

    test('have it once in a folder, when another has files of its own', async () => {
      const own = { context: [{ path: 'Dockerfile', content: 'FROM scratch\n' }], dockerfile: 'Dockerfile', args: {} };
      const tree = await shared({ other: { build: './other' } }, { 'api-other': own });
      expect(sources(tree)).toEqual([...below('src/api/v1'), 'src/api/other/Dockerfile']);
      expect(contexts(tree)).toEqual({
        'api-v1-1': './src/api/v1',
        'api-v2-1': './src/api/v1',
        'api-other-1': './src/api/other',
      });
      expect(textOf(tree, 'README.md')).toContain('| `src/api/other/` | API other: built from its own Dockerfile |\n');
    });

    test('have it once in a folder beside our FastAPI apps', async () => {
      const tree = await shared({ other: { model: MODEL } });
      const paths = sources(tree);
      expect(new Set(paths).size).toBe(paths.length);
      expect(paths).toEqual(expect.arrayContaining([...below('src/api/v1'), 'src/api/requirements.txt']));
      expect(paths.filter((path) => path.endsWith('v2/main.py'))).toEqual(['src/api/v1/v2/main.py']);
      expect(textOf(tree, 'src/api/other/main.py')).toContain('Emotion API other');
      expect(contexts(tree)).toEqual({
        'api-v1-1': './src/api/v1',
        'api-v2-1': './src/api/v1',
        'api-other-1': './src/api',
      });
    });

    test('are found again by an import', async () => {
      const { files } = await shared();
      const { config } = importOf(Object.fromEntries(files.map(({ path, content }) => [path, content.toString()])));
      expect(config.apis).toMatchObject(apis);
    });
  });

  test('an image is used as it is; its secrets stay out of the tree, and are asked for', async () => {
    const tree = await treeOf(ODD['an image with secrets']);
    const compose = composeOf(tree);
    expect(compose.services['api-v1-1']).toMatchObject({
      image: 'example.org/api:1',
      environment: { GREETING: "it's $$5", LINES: 'a\nb', SECRETS_PATH: '/run/secrets' },
      secrets: [{ source: 'api-v1-token', target: 'token' }],
    });
    expect(textOf(tree, 'Makefile')).toContain('chmod 700 deployments/nginx/certs secrets\n');
    expect(compose.secrets).toEqual({ 'api-v1-token': { file: './secrets/v1/token' } });
    expect(tree.left.find(({ what }) => what === 'secrets')?.why).toContain('secrets/v1/token');
  });

  test('a model that needs our featuriser, with nothing in its place, is refused with what to do', async () => {
    await inFolder(async (folder) => {
      for (const name of ['model.onnx', 'model.json']) copyFileSync(`model/${name}`, join(folder, name));
      const model = join(folder, 'model.onnx');
      await expect(exportExam(exportMaterialOf({ apis: { v1: { model }, v2: { model } } }))).rejects.toMatchObject({
        exitCode: 2,
        hint: expect.stringContaining('--self-contained'),
      });
    });
  });
});

test('images are those of the same recipes as the images of fortress', () => {
  const script = textOf(EXAM, 'deployments/images.sh');
  expect(script).toMatch(/reference=fortress\/nginx:debian-[0-9a-f]{12}/);
  expect(script).toContain('packages=base-files,busybox-static,libc-bin,nginx,libnginx-mod-http-js');
  expect(textOf(EXAM, 'deployments/debian/finish.sh')).toBe(readFileSync('templates/images/debian/finish.sh', 'utf8'));
});

test('alarms tell what can be run here', () => {
  const rules = textOf(EXAM, 'deployments/prometheus/rules.yml');
  expect(rules).toContain('`make logs SERVICE=gateway`');
  expect(rules).not.toMatch(/`fortress /);
});

describe('names that mean something elsewhere', () => {
  test('an API that is called as a property of every object, or as the package of the apps', async () => {
    const image = { image: 'example.org/api:1' };
    const tree = await treeOf({
      apis: { constructor: image, serving: { model: MODEL }, end: { model: MODEL, debug: true } },
      routes: [{ to: 'serving' }],
    });
    const compose = composeOf(tree);
    expect(compose.services['api-constructor-1']?.['volumes']).toBeUndefined();
    expect(compose.services['api-serving-1']?.['build']).toMatchObject({ dockerfile: 'serving_api/Dockerfile' });
    expect(textOf(tree, 'src/api/serving_api/Dockerfile')).toContain('COPY serving_api/main.py ./');
    expect(textOf(tree, 'src/api/serving_api/Dockerfile')).toContain('COPY serving ./serving');
    expect(textOf(tree, 'README.md')).toContain('`src/api/serving_api/`');
    expect(textOf(tree, 'README.md')).toMatch(/^ {4}api_end\["API end ×\d+"\]$/m);
  });

  test.each(['v11', 'v1-pods', 'a-v1'])('the app of an API %s calls it that, and nothing else', async (name) => {
    const tree = await treeOf({ apis: { [name]: { model: MODEL } }, routes: [{ to: name }] });
    const [first] = textOf(tree, `src/api/${name}/Dockerfile`).split('\n');
    expect(first).toBe(
      `# The API ${name}. Its context is the folder above: docker build -f ${name}/Dockerfile -t api-${name} .`,
    );
    expect(textOf(tree, `src/api/${name}/Dockerfile`)).toContain(`COPY ${name}/main.py ./`);
    expect(textOf(tree, `src/api/${name}/main.py`)).toContain(`'Emotion API ${name}'`);
  });

  test.each(['null', '1e3', '0b11', '1_000', 'true'])(
    'a project, a variable and a secret %s are texts',
    async (name) => {
      const variables = ['null', 'true'].includes(name) ? { [name]: name } : {};
      const tree = await treeOf({
        project: name,
        apis: { v1: { image: 'example.org/api:1', env: variables, secrets: { [name]: 'token.txt' } }, v2: APIS.v2 },
      });
      const text = textOf(tree, 'docker-compose.yml');
      expect(text).toContain(`\nname: '${name}'\n`);
      expect(text).toContain(`target: '${name}' }`);
      for (const variable of Object.keys(variables)) expect(text).toContain(`\n      '${variable}': '${variable}'\n`);
    },
  );
});

test('nginx.conf tells init in its first lines that fortress wrote it', () => {
  expect(textOf(EXAM, 'deployments/nginx/nginx.conf').slice(0, 1000)).toMatch(/^# Written by `fortress export exam`/m);
});

test('a certificate for a host that is longer than a common name may be has that host', async () => {
  const host = `${'a'.repeat(60)}.example.org`;
  await inFolder(async (folder) => {
    await writeTree(folder, await treeOf({ gateway: { hosts: [host] } }), true);
    execFileSync('bash', ['deployments/gen-certs.sh'], { cwd: folder, stdio: 'pipe' });
    const certificate = new X509Certificate(readFileSync(join(folder, 'deployments/nginx/certs/nginx.crt')));
    expect(certificate.subject).toBe('CN=shop');
    expect(certificate.checkHost(host)).toBe(host);
  });
});

describe('the Makefile', () => {
  test('closes folders before it opens what is in them, and never opens them', () => {
    const start = textOf(EXAM, 'Makefile');
    expect(start.indexOf('chmod 700 deployments/nginx/certs')).toBeLessThan(start.indexOf('chmod a+rX'));
    expect(start).toContain(
      'find model src deployments ! -type l ! -path deployments/nginx/certs -exec chmod a+rX {} +',
    );
    expect(start).not.toContain('chmod -R');
  });

  test('names secrets that are missing before anything is made', async () => {
    await inFolder(async (folder) => {
      await writeTree(folder, await treeOf(ODD['an image with secrets']), true);
      const check = () => spawnSync('make', ['check-secrets'], { cwd: folder, encoding: 'utf8' });
      expect(check()).toMatchObject({ status: 2, stderr: expect.stringContaining('  ./secrets/v1/token\n') });
      await mkdir(join(folder, 'secrets/v1'), { recursive: true });
      await writeFile(join(folder, 'secrets/v1/token'), 'a secret');
      expect(check()).toMatchObject({ status: 0, stderr: '' });
    });
    expect(textOf(EXAM, 'Makefile')).not.toContain('check-secrets');
  });

  test('says why nginx does not take its certificate', () => {
    expect(textOf(EXAM, 'Makefile')).not.toMatch(/reload.*2>\/dev\/null/);
  });
});

describe('the README', () => {
  test('claims of containers what is so', async () => {
    expect(textOf(EXAM, 'README.md')).toMatch(/None runs as root\. Each has a health check\./);
    const odd = await treeOf({
      apis: { v1: { image: 'example.org/api:1', user: '0:0' }, v2: APIS.v2 },
    });
    expect(textOf(odd, 'README.md')).toContain('Root is the user of v1 only');
    expect(textOf(odd, 'README.md')).toContain('Each has a health check, but for v1');
    expect(textOf(odd, 'README.md')).not.toContain('None runs as root');
  });
});

/** The tests of a tree with another limit. */
const testsWith = async (rateLimit: object): Promise<string> =>
  textOf(await treeOf({ gateway: { rateLimit } }), 'tests/run_tests.sh');

describe('the tests', () => {
  test('flood with more than the allowance, in every way that makes another client for a wrong key', async () => {
    const script = await testsWith({ requestsPerSecond: 2, burst: 50 });
    expect(script).toContain('ROUND=$((4 * BURST + 8 * RATE))');
    expect(script).toContain("flood 0 '/predict?n=%d'");
    expect(script).toContain("'User-Agent: program/%d'");
    expect(script).toContain('"Authorization: Basic%s$(');
  });

  test('ask for longer than the allowance lasts, as only then the rate shows', async () => {
    const script = await testsWith({ requestsPerSecond: 10 });
    expect(script).toContain('flood "$LONG" /predict\ncheck_flood "more than $RATE requests a second are refused');
    expect(script).toContain('most=$((1 + BURST + RATE * took * 11 / 10000 + 2))');
    expect(script).toContain('skip "$1" "too slow from here to show it');
  });

  test('look for the replicas of the API that answers this client, where clients are shared out', async () => {
    const { weights = {} } = ODD;
    const script = textOf(await treeOf(weights), 'tests/run_tests.sh');
    expect(script).toContain("readonly SHARES='v2 30 %, v1 70 %'");
    expect(script).toMatch(/^ {4}'v2'\) echo 1 ;;\n {4}'v1'\) echo 3 ;;$/m);
    expect(script).toContain('skip "shares: $SHARES"');
    expect(script).not.toContain('REPLICAS=1');
    expect(textOf(EXAM, 'tests/run_tests.sh')).toContain('readonly REPLICAS=3 # of v1\n');
  });

  test.each([
    [{ requestsPerSecond: 501 }, 'curl cannot ask so often'],
    [{ requestsPerSecond: 10, burst: 501 }, 'curl cannot ask so often'],
    [{ requestsPerSecond: 1, burst: 121 }, 'its allowance takes more than two minutes to fill up again'],
  ])('say why they do not flood with %o', async (rateLimit, why) => {
    const script = await testsWith(rateLimit);
    expect(script).toContain(`skip 'a client who asks too often is refused' '${why}'`);
    expect(script).not.toContain('ROUND=');
  });

  test('wait for the end of the connection where nginx gives no answer', async () => {
    expect(await testsWith({ status: 444 })).toMatch(/^readonly LIMITED=000 /m);
    expect(await testsWith({ status: 503 })).toMatch(/^readonly LIMITED=503 /m);
  });

  test('do not take the value of another rule for one that leads nowhere', async () => {
    const script = textOf(
      await treeOf({
        routes: [
          { header: 'X-Group', value: 'control', to: 'v2' },
          { header: 'x-group', value: 'big', to: 'v2' },
          { header: 'X-Group', value: 'bigger', to: 'v2' },
          { to: 'v1' },
        ],
      }),
      'tests/run_tests.sh',
    );
    expect(script).toContain("for field in 'X-Group: no-control' 'X-Group: controlger' 'X-Group;'; do");
    expect(script).toContain("for field in 'x-group: no-big' 'x-group;'; do");
  });
});

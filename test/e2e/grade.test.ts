import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureImages, type Images } from '../sabotage/support/images.js';
import { CREDENTIALS, studentStack, type StudentStack } from '../sabotage/support/student-stack.js';
import { runCli, startCli, type Outcome } from '../support/cli.js';
import { pathWithCompose } from '../support/compose.js';
import { docker } from '../support/engine.js';
import { freePort } from '../support/ports.js';
import { makeIdentity } from '../unit/verify/support/certificates.js';

let images: Images;
let path: string;
let folder: string;
/** Of others, or of a run that was killed. */
let before: string[];

beforeAll(async () => {
  [images, path] = await Promise.all([ensureImages(), pathWithCompose()]);
  folder = await mkdtemp(join(tmpdir(), 'fortress-e2e-grade-'));
  before = await traces();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Change {
  replicas?: number;
  nginxConf?: (text: string) => string;
  /** Neither certificate nor key is handed in: the Makefile makes them. */
  makesCertificate?: boolean;
}

/** What a team hands in, on ports that are free here. */
async function writeSubmission(name: string, change: Change) {
  const [https, http, prometheus, exporter] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const stack = studentStack({ https, http, prometheus, exporter, other: 0, grafana: 0 }, await makeIdentity());
  const files = filesOf(stack, change);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, file)), { recursive: true });
    await writeFile(join(folder, name, file), text);
  }
  return join(folder, name);
}

function filesOf(
  { ports, nginxConf, files, ca }: StudentStack,
  { replicas = 3, nginxConf: edited = (text) => text, makesCertificate = false }: Change,
): Record<string, string> {
  const upstream = /upstream api_v1 \{[^}]*\}/;
  const conf = nginxConf
    .replace(upstream, 'upstream api_v1 {\n        server api-v1:8000;\n    }')
    .replace('server api-v2-1:8000', 'server api-v2:8000');
  const handedIn = Object.entries({ ...files, 'ca.crt': ca }).filter(([name]) => !makesCertificate || !isPem(name));
  const nginx = handedIn.map(([name, text]): [string, string] => [`deployments/nginx/${placeOf(name)}`, text]);
  return {
    ...Object.fromEntries(nginx),
    'deployments/nginx/nginx.conf': edited(conf),
    'deployments/nginx/Dockerfile': [
      `FROM ${images.nginx}`,
      'COPY nginx.conf .htpasswd certs/nginx.crt certs/nginx.key /etc/nginx/',
      'ENTRYPOINT ["nginx"]',
      'CMD ["-e", "stderr", "-g", "daemon off;"]',
    ].join('\n'),
    'deployments/prometheus/prometheus.yml': prometheusConf,
    'src/api/v1/Dockerfile': `FROM ${images.api.v1}\n`,
    'src/api/v2/Dockerfile': `FROM ${images.api.v2}\n`,
    'src/api/requirements.txt': 'fastapi\n',
    'model/model.txt': 'a model\n',
    'tests/run_tests.sh': `curl -u ${CREDENTIALS.user}:${CREDENTIALS.password} https://localhost:${ports.https}/predict\n`,
    'README.md': `# Exam\n\nStart it with make start-project.\n\n${'What it does, and how. '.repeat(30)}\n![architecture](a.svg)\n`,
    // Nobody may run it.
    Makefile: `$(shell touch ${folder}/executed)\nstart-project:\n\tdocker compose up -d\nstop-project:\n\tdocker compose down\ntest:\n\tbash tests/run_tests.sh\nlogs:\n\tdocker compose logs\n${makesCertificate ? 'gen-certs:\n\topenssl req -x509 -nodes -out deployments/nginx/certs/nginx.crt\n' : ''}`,
    'docker-compose.yml': JSON.stringify(composeOf(ports, replicas), null, 2),
  };
}

const isPem = (name: string): boolean => /\.(?:crt|key)$/.test(name);
const placeOf = (name: string): string => (isPem(name) ? `certs/${name}` : name);

const prometheusConf = `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: nginx
    static_configs: [{ targets: ['exporter:9113'] }]
`;

const check = (command: string) => ({ healthcheck: { test: ['CMD-SHELL', command], interval: '2s' } });

function composeOf(ports: StudentStack['ports'], replicas: number) {
  const common = { restart: 'unless-stopped' };
  const api = check('wget -q -O /dev/null http://127.0.0.1:8000/health');
  const healthy = { condition: 'service_healthy' };
  return {
    services: {
      nginx: {
        ...common,
        ...check('kill -0 1'),
        build: './deployments/nginx',
        ports: [`${ports.https}:443`, `${ports.http}:80`],
        depends_on: { 'api-v1': healthy, 'api-v2': healthy },
      },
      'api-v1': { ...common, ...api, build: './src/api/v1', deploy: { replicas } },
      'api-v2': { ...common, ...api, build: './src/api/v2' },
      exporter: {
        ...common,
        image: images.exporter,
        entrypoint: ['/usr/bin/nginx-prometheus-exporter', '--nginx.scrape-uri=http://nginx:8081/nginx_status'],
        ports: [`127.0.0.1:${ports.exporter}:9113`],
      },
      prometheus: {
        ...common,
        image: images.prometheus,
        entrypoint: ['prometheus', '--config.file=/etc/prometheus/exam.yml', '--storage.tsdb.path=/tmp/data'],
        volumes: ['./deployments/prometheus/prometheus.yml:/etc/prometheus/exam.yml:ro'],
        ports: [`127.0.0.1:${ports.prometheus}:9090`],
      },
    },
  };
}

const grade = (...args: string[]): Promise<Outcome> => runCli(['grade', ...args], { cwd: folder, env: { PATH: path } });

interface Report {
  results: { id: string; verdict: string; summary: string; facts?: Record<string, string> }[];
  exitCode: number;
}
const verdictsIn = ({ results }: Report): Record<string, string> =>
  Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]));

/** What grading has forgotten. */
const leftovers = async (): Promise<string[]> => (await traces()).filter((name) => !before.includes(name));

async function traces(): Promise<string[]> {
  const [containers, networks, volumes, built] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
    docker.listImages(),
  ]);
  const names = [
    ...containers.flatMap(({ Names }) => Names),
    ...networks.map(({ Name }) => Name),
    ...(volumes.Volumes ?? []).map(({ Name }) => Name),
    ...built.flatMap(({ RepoTags }) => RepoTags ?? []),
    ...(await readdir(tmpdir())),
  ];
  return names.filter((name) => /fortress-grade-/.test(name));
}

const withoutLimitAndPassword = (text: string): string =>
  text.replace(/limit_req zone.*;/, '').replace(/auth_basic.*;/g, '');

describe.sequential('grade', () => {
  it('an archive of a right submission: starts it, asks it everything, and leaves nothing', async () => {
    const submission = await writeSubmission('right', { makesCertificate: true });
    await execa('tar', ['-czf', join(folder, 'right.tar.gz'), '-C', folder, 'right']);
    await cp(submission, `${submission}-before`, { recursive: true });
    const { exitCode, stdout, output } = await grade('right.tar.gz', '--json', '--report', 'html=right.html');
    const report = JSON.parse(stdout) as Report;
    const unmet = report.results.filter(({ verdict }) => verdict !== 'pass');
    expect(Object.fromEntries(unmet.map(({ id, verdict }) => [id, verdict]))).toEqual({
      'grafana.live': 'skip',
      ...(unmet.find(({ id }) => id === 'images.pinned') && { 'images.pinned': 'warn' }),
    });
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(report.results.find(({ id }) => id === 'start.runs')?.facts).toEqual({
      'made for it, as its Makefile makes them': 'deployments/nginx/certs/nginx.crt, deployments/nginx/certs/nginx.key',
    });
    expect(output).not.toContain(CREDENTIALS.password);
    expect(await readFile(join(folder, 'right.html'), 'utf8')).toContain('start.answers');
    expect(await leftovers()).toEqual([]);
    await expect(access(join(folder, 'executed'))).rejects.toThrow('ENOENT');
  });

  it('a folder of a broken one: fails what is broken, and nothing else', async () => {
    await writeSubmission('broken', { replicas: 2, nginxConf: withoutLimitAndPassword });
    const { exitCode, stdout } = await grade('broken', '--json', '--report', 'junit=broken.xml');
    const verdicts = verdictsIn(JSON.parse(stdout) as Report);
    const failed = Object.keys(verdicts).filter((id) => verdicts[id] === 'fail');
    expect(failed).toEqual(['lb.replicas', 'lb.spread', 'auth.required', 'rate.limit', 'rate.key']);
    expect(exitCode).toBe(1);
    expect(await readFile(join(folder, 'broken.xml'), 'utf8')).toContain('lb.replicas');
    expect(await leftovers()).toEqual([]);
  });

  it('on Ctrl-C takes down what it has started', async () => {
    await writeSubmission('interrupted', {});
    const running = startCli(['grade', 'interrupted'], { cwd: folder, env: { PATH: path } });
    await running.until(/starting/);
    running.kill('SIGINT');
    const { exitCode, output } = await running.ended;
    expect({ exitCode, output, left: await leftovers() }).toMatchObject({ exitCode: 130, left: [] });
  });
});

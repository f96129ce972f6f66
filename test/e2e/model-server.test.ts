import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { waitFor } from '../../src/verify/wait-for.js';
import { touched, up, type Change } from '../support/change.js';
import { docker } from '../support/engine.js';
import type { Answer, Question } from '../support/http.js';
import { useProject } from '../support/project.js';
import { prometheusAt } from '../support/prometheus.js';
import { sampleCsv } from '../unit/train/sample-data.js';

// What the gateway and Prometheus make of the model servers behind them.
const project = useProject();
const prometheus = prometheusAt(() => project.ports.prometheus);
const named = (name: string): string => `${project.name}-${name}`;
/** Seconds. */
const SCRAPE_INTERVAL = 1;
let config: FortressConfig = {};
let login = '';

beforeAll(async () => {
  config = {
    apis: { v1: { replicas: 3 }, v2: { debug: true } },
    gateway: { rateLimit: { requestsPerSecond: 200, burst: 0 } },
    monitoring: {
      exporterPort: project.ports.exporter,
      prometheusPort: project.ports.prometheus,
      scrapeInterval: `${SCRAPE_INTERVAL}s`,
      grafana: false,
    },
  };
  await project.configure(config);
  await project.ok('up');
  login = await project.login();
});

async function change(part: FortressConfig): Promise<Change> {
  config = { ...config, ...part };
  await project.configure(config);
  const done = await up(project);
  expect(done.happened).toEqual(done.promised);
  expect(await project.fortress('plan', '--exit-code')).toMatchObject({ exitCode: 0 });
  return done;
}

/** One request after the other, slower than the limit; with credentials unless `login` says otherwise. */
async function paced(question: Partial<Question>): Promise<Answer> {
  await sleep(50);
  return project.ask({ login, ...question });
}

const post = (path: string, body: object, headers: Record<string, string> = {}): Partial<Question> => ({
  method: 'POST',
  path,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

const INFERENCE_REQUEST = {
  inputs: [{ name: 'text', datatype: 'BYTES', shape: [2], data: ['I love this', 'so sad'] }],
};

/** Where there is nothing for clients, and what some servers would take for something else. */
const CLOSED_PATHS = [
  '/metrics',
  '/health',
  '/ready',
  '/',
  '/predict/',
  '/docsx',
  '/V2',
  '/nginx_status',
  '/docs/../metrics',
  '/docs/%2e%2e/metrics',
  '/v2/%2e%2e/metrics',
  '/v2/..%2fmetrics',
  '/docs%2f..%2fmetrics',
  '/docs%0a',
  '/docs/a%0d%0aX-Evil:1',
  '/docs/%3fx',
  '/v2/a%20b',
  '/v2/%252e%252e/metrics',
  '/openapi.json%0a',
];

describe('through the gateway', () => {
  it('come the page about the API with all that it loads, and the description that it shows', async () => {
    const page = await paced({ path: '/docs' });
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    const files = [...page.body.matchAll(/(?:src|href)="(?!data:)([^"#]+)"/g)].map(
      ([, path = '']) => new URL(path, 'https://localhost/docs').pathname,
    );
    expect(files.length).toBeGreaterThan(0);
    // As a browser does: all at once, and with the tightest limit that there is.
    const paths = [...files, '/openapi.json'];
    const answers = await Promise.all(paths.map((path) => project.ask({ login, path })));
    expect(Object.fromEntries(paths.map((path, index) => [path, answers[index]?.status]))).toEqual(
      Object.fromEntries(paths.map((path) => [path, 200])),
    );
    expect(JSON.parse(answers.at(-1)?.body ?? '')).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) as string });
  });

  it('come predictions by the Open Inference Protocol, from the API that the header chooses', async () => {
    const path = `/v2/models/${project.name}`;
    const about = async (headers: Record<string, string>) => (await paced({ path, headers })).headers['x-api-version'];
    expect([await about({}), await about({ 'x-experiment-group': 'debug' })]).toEqual(['v1', 'v2']);
    const { status, body } = await paced(post(`${path}/infer`, INFERENCE_REQUEST));
    expect(status).toBe(200);
    const { outputs } = JSON.parse(body) as { outputs: { name: string; data: string[] }[] };
    expect(outputs.find(({ name }) => name === 'label')?.data).toHaveLength(2);
  });

  it('come several predictions at once', async () => {
    const { status, body } = await paced(post('/predict', { sentences: ['I love this', 'so sad', 'what?'] }));
    expect(status).toBe(200);
    expect((JSON.parse(body) as { predictions: object[] }).predictions).toHaveLength(3);
  });

  it.each(['/docs', '/docs/', '/docs/swagger-ui.css', '/openapi.json', '/v2', '/v2/health/ready', '//docs', '/%64ocs'])(
    'comes nothing without a password: %s',
    async (path) => {
      const { status, headers } = await paced({ path, login: undefined });
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toContain('Basic');
      expect(headers['x-instance-id']).toBeUndefined();
    },
  );

  it.each(CLOSED_PATHS)('no other path leads to an API, password or not: %s', async (path) => {
    for (const credentials of [undefined, login]) {
      const { status, headers, body } = await paced({ path, login: credentials });
      expect(status).toBe(404);
      expect(headers['x-instance-id']).toBeUndefined();
      expect(JSON.parse(body)).toMatchObject({ statusCode: 404, error: 'Gateway' });
    }
  });
});

/** Every name that an answer bears. */
const idsOf = ({ headers }: Answer): string[] => String(headers['x-request-id']).split(', ');

describe('a request', () => {
  it('keeps the name that the client gave it: in the answer, in the log of the gateway and in that of the API', async () => {
    const id = `test-${Date.now()}`;
    const answer = await paced(post('/predict', { sentence: 'hi' }, { 'x-request-id': id }));
    expect(idsOf(answer)).toEqual([id]);
    for (const service of ['gateway', 'api-v1']) {
      // The gateway writes its log once a second.
      const log = async (): Promise<string> => (await project.fortress('logs', service, '--tail', '20')).stdout;
      await expect.poll(log, { timeout: 10_000, interval: 500 }).toContain(`"request_id":"${id}"`);
    }
  });

  it.each(['a b', 'a"b', '{}', 'x'.repeat(129)])(
    'gets another name when the one it has could do harm: %s',
    async (id) => {
      for (const question of [post('/predict', { sentence: 'hi' }, { 'x-request-id': id }), { path: '/nowhere' }]) {
        expect(idsOf(await paced(question))).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/) as string]);
      }
    },
  );

  it('that an API has no room for gets its words, and when to come back; no replica is given up for it', async () => {
    await change({ gateway: { rateLimit: false } });
    const sentences = Array.from({ length: 256 }, (_, index) => `this is text number ${index} of a batch, `.repeat(5));
    const answers: Answer[] = [];
    const busyOnes = (): Answer[] => answers.filter(({ status }) => status === 503);
    // A quick machine may need more than one wave.
    for (let wave = 0; wave < 8 && busyOnes().length === 0; wave += 1) {
      const requests = Array.from({ length: 90 }, () => project.ask({ login, ...post('/predict', { sentences }) }));
      answers.push(...(await Promise.all(requests)));
    }
    const busy = busyOnes();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    for (const { headers, body } of busy) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(headers['x-instance-id']).toMatch(/^api-v1-/);
      expect(JSON.parse(body)).toMatchObject({ statusCode: 503, error: 'Service Unavailable' });
    }
    const after = [];
    for (let sent = 0; sent < 9; sent += 1) after.push(await project.predict({ login }));
    expect(after.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200));
    expect(new Set(after.map(({ headers }) => headers['x-instance-id'])).size).toBe(3);
  });

  it('beyond the rate limit is told so by the gateway, with the same status and the same header', async () => {
    await change({ gateway: { rateLimit: { requestsPerSecond: 10, burst: 0 } } });
    const answers = await Promise.all(Array.from({ length: 6 }, () => project.predict({ login })));
    const limited = answers.filter(({ status }) => status === 503);
    expect(limited.length).toBeGreaterThan(0);
    for (const { headers, body } of limited) {
      expect(headers['retry-after']).toBe('1');
      expect(headers['x-instance-id']).toBeUndefined();
      expect(JSON.parse(body)).toMatchObject({
        error: 'Gateway',
        message: expect.stringContaining('10 requests per second') as string,
      });
    }
    await change({ gateway: { rateLimit: false } });
  });
});

/** `api-v1-2 is up` of every replica that Prometheus scrapes, sorted. */
async function scraped(): Promise<string[]> {
  const { activeTargets } = await prometheus.get<{
    activeTargets: { labels: Record<string, string>; health: string }[];
  }>('/api/v1/targets?state=active');
  return activeTargets
    .filter(({ labels }) => labels['job'] === 'api')
    .map(({ labels, health }) => `${labels['replica']} of ${labels['arm']} is ${health}`)
    .toSorted();
}

const isUp = (...replicas: string[]): string[] =>
  replicas.map((name) => `${name} of ${name.split('-')[1]} is up`).toSorted();

/** The same once it is what is expected; Prometheus takes up to ten seconds to know new targets and forget old ones. */
const finallyScraped = (expected: string[]): Promise<string[]> =>
  waitFor(scraped, (seen) => String(seen) === String(expected), { every: 500, within: 30_000 });

describe('Prometheus', () => {
  it('scrapes every replica', async () => {
    const all = isUp('api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v2-1');
    expect(await finallyScraped(all)).toEqual(all);
  });

  it('has the figures of each of them', async () => {
    for (let sent = 0; sent < 8; sent += 1) {
      await paced(
        post('/predict', { sentence: 'I love this' }, sent % 4 === 0 ? { 'x-experiment-group': 'debug' } : {}),
      );
    }
    await sleep(1000 * (SCRAPE_INTERVAL + 1));
    const byReplica = await prometheus.query(
      'sum by (replica) (fortress_http_request_duration_seconds_count{route="/predict"})',
    );
    expect(byReplica.map(({ metric }) => metric['replica']).toSorted()).toEqual([
      'api-v1-1',
      'api-v1-2',
      'api-v1-3',
      'api-v2-1',
    ]);
  });

  it('follows the replicas without a restart and without losing what it knows: 3 → 5 → 2', async () => {
    const first = await firstSample();
    const more = await change({ apis: { v1: { replicas: 5 }, v2: { debug: true } } });
    expect(more.happened).toContain(`reload ${named('prometheus-1')}`);
    const moreUp = isUp('api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v1-4', 'api-v1-5', 'api-v2-1');
    expect(await finallyScraped(moreUp)).toEqual(moreUp);

    const fewer = await change({ apis: { v1: { replicas: 2 }, v2: { debug: true } } });
    expect([...touched(more), ...touched(fewer)]).toEqual([named('api-v1-4'), named('api-v1-5')]);
    const fewerUp = isUp('api-v1-1', 'api-v1-2', 'api-v2-1');
    expect(await finallyScraped(fewerUp)).toEqual(fewerUp);
    expect(await firstSample()).toBe(first);
  });

  it('follows another model into other containers', async () => {
    await writeFile(join(project.folder, 'moods.csv'), sampleCsv(300));
    await project.ok('train', '--data', 'moods.csv', '--out', 'model');
    await change({});
    const othersUp = isUp('api-v1-3', 'api-v1-4', 'api-v2-2');
    expect(await finallyScraped(othersUp)).toEqual(othersUp);
    const models = await prometheus.query('count by (sha256) (fortress_model_info)');
    expect(models.map(({ value }) => value[1])).toContain('3');
  });

  it('is found out by verify when it does not scrape a replica any more', async () => {
    expect(await replicasCheck()).toMatchObject({ verdict: 'pass', summary: '3 of 3 replicas are scraped' });
    await docker.getContainer(named('api-v1-4')).pause();
    const sabotaged = await replicasCheck();
    await docker.getContainer(named('api-v1-4')).unpause();
    expect(sabotaged).toMatchObject({ verdict: 'fail', summary: '2 of 3 replicas are scraped' });
  });
});

/** `fortress verify --only metrics.replicas`. */
async function replicasCheck(): Promise<object> {
  const { stdout } = await project.fortress('verify', '--only', 'metrics.replicas', '--json');
  const { results } = JSON.parse(stdout) as { results: object[] };
  return results[0] ?? {};
}

/** When Prometheus first saw itself, in seconds since 1970. */
async function firstSample(): Promise<string> {
  const [series] = await prometheus.query('min_over_time(timestamp(up{job="prometheus"})[1h:1s])');
  return series?.value[1] ?? 'never';
}

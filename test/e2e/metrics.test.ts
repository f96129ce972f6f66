import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { panelsOf } from '../../src/verify/dashboard.js';
import { waitFor } from '../../src/verify/wait-for.js';
import { up } from '../support/change.js';
import { docker, inspect } from '../support/engine.js';
import type { Answer, Question } from '../support/http.js';
import { useProject } from '../support/project.js';
import { hasFigure, prometheusAt } from '../support/prometheus.js';
import { testRules } from '../support/promtool.js';

// What Prometheus knows of a stack, and what people see of that.
const project = useProject();
const prometheus = prometheusAt(() => project.ports.prometheus);
const named = (name: string): string => `${project.name}-${name}`;

/** Seconds between scrapes, as it is unless somebody says otherwise. */
const SCRAPE_INTERVAL = 5;
const MINUTE = 60_000;
let config: FortressConfig = {};
let login = '';

beforeAll(async () => {
  config = {
    apis: { v1: { replicas: 2 }, v2: { debug: true } },
    gateway: { rateLimit: { requestsPerSecond: 20, burst: 0, status: 429 } },
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

/** What clients ask in turn, and the API that each is counted under. */
const QUESTIONS: { arm: string; question: Partial<Question> }[] = [
  { arm: 'v1', question: {} },
  { arm: 'v2', question: { headers: { 'x-experiment-group': 'debug' } } },
  { arm: 'v1', question: { body: 'no JSON' } },
  { arm: 'none', question: { path: '/nothing/here' } },
];

/** Now and then, since guessing has a limit of its own. */
const GUESS: (typeof QUESTIONS)[number] = { arm: 'none', question: { login: 'admin:wrong' } };
const GUESS_EVERY = 40;

/** Milliseconds between two questions: slower than the rate limit. */
const PAUSE = 60;

/** One question after the other. Gives how many there were by API and status: `v1 200`. */
async function traffic(milliseconds: number): Promise<Figures> {
  const sent: Figures = {};
  const end = performance.now() + milliseconds;
  for (let index = 1; performance.now() < end; index += 1) {
    const { arm, question } = (index % GUESS_EVERY === 0 ? undefined : QUESTIONS[index % QUESTIONS.length]) ?? GUESS;
    const body = '{"sentence":"I love this"}';
    const headers = { 'content-type': 'application/json', ...question.headers };
    const { status } = await project.ask({ method: 'POST', path: '/predict', login, body, ...question, headers });
    const key = `${arm} ${status}`;
    sent[key] = (sent[key] ?? 0) + 1;
    await sleep(PAUSE);
  }
  return sent;
}

type Figures = Record<string, number>;

/** The values of an expression's series by the values of labels: `v1 200`. */
async function figures(expression: string, ...labels: string[]): Promise<Figures> {
  const series = await prometheus.query(expression);
  return Object.fromEntries(
    series.map(({ metric, value }) => [labels.map((label) => metric[label]).join(' '), Number(value[1])]),
  );
}

/** Figures of the gateway by API and status. */
const requests = (): Promise<Figures> =>
  figures('sum by (arm, status) (fortress_gateway_requests_total)', 'arm', 'status');

const byReplica = (expression: string): Promise<Figures> => figures(`sum by (replica) (${expression})`, 'replica');

const limits = (): Promise<Figures> => figures('fortress_gateway_rate_limit_total', 'outcome');

const retries = (): Promise<Figures> => figures('fortress_gateway_retries_total', 'replica');

/** The replicas whose absence is noticed, be it too short for an alarm. */
const absent = async (): Promise<string[]> => Object.keys(await figures('ALERTS{alertname="ReplicaDown"}', 'replica'));

/** A request of which everything is made up; of no two the same. */
const madeUp = (index: number): Promise<Answer> =>
  project.ask({
    method: index % 2 === 0 ? 'GET' : 'DELETE',
    path: `/made-up-${index}?x=${index}`,
    login: `user${index}:x`,
    headers: { 'x-request-id': `id-${index}`, 'x-experiment-group': `group-${index}`, host: `h${index}.example` },
  });

/** How many series the gateway has. */
const seriesCount = async (): Promise<number | undefined> =>
  (await figures('count({job="gateway",__name__=~"fortress_gateway_.*"})'))[''];

/** What has grown, and by how much. */
const rise = (before: Figures, after: Figures): Figures =>
  Object.fromEntries(
    Object.entries(after)
      .map(([key, value]) => [key, value - (before[key] ?? 0)] as const)
      .filter(([, value]) => value !== 0),
  );

/** When that of the targets was scraped whose turn was longest ago, seconds since 1970; none before the gateway's first. */
const longestAgo = async (): Promise<number | undefined> =>
  (await figures('min(timestamp(up)) and on() up{job="gateway"}'))[''];

/** Until Prometheus has seen all that has happened. */
async function scrape(): Promise<void> {
  await expect.poll(longestAgo, { timeout: 30_000, interval: 200 }).toBeGreaterThan(Date.now() / 1000);
}

describe('after a minute of traffic', () => {
  it('Prometheus has counted each request under its API and its status', async () => {
    await scrape();
    const before = await requests();
    const sent = await traffic(MINUTE);
    await scrape();
    expect(rise(before, await requests())).toEqual(sent);
  });

  it('every query of the dashboard has figures', async () => {
    await traffic(2000);
    const text = await readFile(join(inject('packageFolder'), 'templates/grafana/dashboards/gateway.json.eta'), 'utf8');
    const panels = panelsOf(JSON.parse(text.replaceAll(/<%.*?%>/g, 'shop')), SCRAPE_INTERVAL);
    const queries = panels.flatMap(({ title, queries: all }) => all.map((expression) => ({ title, expression })));
    expect(queries.length).toBeGreaterThan(40);
    const results = await Promise.all(queries.map(({ expression }) => prometheus.query(expression)));
    expect(queries.filter((_, index) => !hasFigure(results[index] ?? []))).toEqual([]);
  });

  it('every rule has figures: what is recorded, and what an alarm compares with its threshold', async () => {
    const rules = await prometheus.rules();
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules.length).toBeGreaterThan(10);
    for (const { type, name, query } of rules) {
      const [, compared = ''] = /^(.*) (?:==|<|>) [\d.]+$/.exec(query) ?? [];
      const expression = type === 'recording' ? name : compared;
      expect([name, hasFigure(await prometheus.query(expression))]).toEqual([name, true]);
    }
  });

  it('no alarm is raised', async () => {
    expect(await prometheus.query('ALERTS')).toEqual([]);
  });

  it('what the gateway saw of the replicas is what they counted themselves', async () => {
    await scrape();
    const gateway = await byReplica('fortress_gateway_requests_total{arm!="none"}');
    expect(Object.keys(gateway).toSorted()).toEqual(['api-v1-1', 'api-v1-2', 'api-v2-1']);
    expect(gateway).toEqual(
      await byReplica('fortress_http_request_duration_seconds_count{route!~"/health|/ready|/metrics"}'),
    );
    expect(await byReplica('fortress_gateway_upstream_duration_seconds_count')).toEqual(gateway);
  });
});

describe('the gateway', () => {
  it('tells what the rate limit let pass and what it rejected', async () => {
    await scrape();
    const before = await limits();
    const answers = await Promise.all(Array.from({ length: 12 }, () => project.predict({ login })));
    const rejected = answers.filter(({ status }) => status === 429).length;
    expect(rejected).toBeGreaterThan(0);
    await scrape();
    expect(rise(before, await limits())).toEqual({ passed: 12 - rejected, rejected });
  });

  it('makes no new series of what clients make up', async () => {
    await madeUp(0);
    await madeUp(1);
    await scrape();
    const before = await seriesCount();
    for (let index = 2; index < 30; index += 1) await madeUp(index);
    await scrape();
    expect(await seriesCount()).toBe(before);
  });

  it('tells when the certificate expires that it serves', async () => {
    const pem = await project.file('.fortress/secrets/gateway.crt');
    const [expiry] = await prometheus.query('fortress_gateway_certificate_expiry_timestamp_seconds');
    expect(Number(expiry?.value[1])).toBe(Date.parse(new X509Certificate(pem).validTo) / 1000);
  });

  it('goes on counting where it was when its configuration changes', async () => {
    await scrape();
    const before = await requests();
    config = { ...config, gateway: { rateLimit: { requestsPerSecond: 30, burst: 0, status: 429 } } };
    await project.configure(config);
    const { happened } = await up(project);
    expect(happened).toContain(`reload ${named('gateway-1')}`);
    const sent = await traffic(3000);
    await scrape();
    const risen = rise(before, await requests());
    // The command has asked for predictions, too: of both APIs.
    const { 'v1 200': v1 = 0, 'v2 200': v2 = 0, ...others } = sent;
    expect(risen).toMatchObject(others);
    expect(risen['v1 200']).toBeGreaterThanOrEqual(v1);
    expect(risen['v2 200']).toBeGreaterThanOrEqual(v2);
  });

  it('says which replica failed, and that another one took over', async () => {
    const before = await retries();
    await docker.getContainer(named('api-v1-2')).stop();
    const answers = [];
    for (let sent = 0; sent < 4; sent += 1) {
      answers.push((await project.predict({ login })).status);
      await sleep(PAUSE);
    }
    expect(answers).toEqual([200, 200, 200, 200]);
    await scrape();
    const risen = rise(before, await retries());
    expect(Object.keys(risen)).toEqual(['api-v1-2']);
  });
});

describe('alarms', () => {
  it('a replica that is gone is noticed, and that it is back', async () => {
    const within = { every: 500, within: 30_000 };
    expect(await waitFor(absent, (found) => found.length > 0, within)).toEqual(['api-v1-2']);
    await project.ok('up');
    expect(await waitFor(absent, (found) => found.length === 0, within)).toEqual([]);
  });

  it('are raised when they should be, and not before', async () => {
    const rules = await fileIn(named('prometheus-1'), '/etc/fortress/current/rules.yml');
    const tests = await readFile('test/fixtures/prometheus/alerts.test.yml', 'utf8');
    const { Config } = await inspect(named('prometheus-1'));
    const result = await testRules(Config.Image, { 'rules.yml': rules, 'alerts.yml': tests }, 'alerts.yml');
    expect(result.output).toContain('SUCCESS');
    expect(result.exitCode).toBe(0);
  });
});

/** The text of a file inside a container. */
async function fileIn(container: string, path: string): Promise<string> {
  const exec = await docker.getContainer(container).exec({ Cmd: ['cat', path], AttachStdout: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n');
}

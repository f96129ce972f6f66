import { beforeAll, describe, expect, it } from 'vitest';
import { makeIdentity, type Identity } from './support/certificates.js';
import type { Faults } from './support/fake-gateway.js';
import { startMonitoring, type MonitoringFaults } from './support/fake-monitoring.js';
import { verifyFake, withVerdict } from './support/run.js';

type Open = NonNullable<Faults['open']>;
type OpenAnswer = ReturnType<Open>;
const at =
  (path: string, answer: OpenAnswer): Open =>
  ({ url }) =>
    url === path ? answer : undefined;
const elsewhere =
  (answer: OpenAnswer): Open =>
  ({ url }) =>
    /^\/predict(?:\?|$)/.test(url ?? '') ? undefined : answer;
const unlessGet =
  (answer: OpenAnswer): Open =>
  ({ url, method, headers }) =>
    url === '/predict' && method !== 'GET' && !headers.authorization ? answer : undefined;

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

/** What the engine alone shows of containers, whoever answers. */
const HYGIENE = [
  'hygiene.users',
  'hygiene.health',
  'hygiene.images',
  'hygiene.restart',
  'hygiene.privileges',
  'hygiene.filesystem',
  'hygiene.isolation',
  'hygiene.limits',
  'hygiene.network',
  'hygiene.ports',
];

const redirecting = (status: number): Faults => ({
  redirect: { status, location: (path, port) => `https://localhost:${port}${path}` },
});

/** What metrics.replicas says, and what it found that it did not want. */
const saidOfReplicas = async (
  promise: NonNullable<Parameters<typeof verifyFake>[1]>['promise'],
  prometheus?: 'not our API' | 'arms mixed up',
) => {
  const monitoring = prometheus === undefined ? {} : { prometheus };
  const { results } = await verifyFake(identity, { only: ['metrics.replicas'], promise, monitoring });
  const [row] = results;
  return [row?.verdict, ...(row?.expectations ?? []).filter(({ ok }) => !ok).map(({ found }) => found)];
};

describe('a gateway as it should be', () => {
  it('passes every check', async () => {
    const report = await verifyFake(identity);
    expect(report.results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(report.exitCode).toBe(0);
  });

  it('is not said to be so where no engine shows what is published', async () => {
    const report = await verifyFake(identity, { promise: { deployment: { unknown: 'there is no engine' } } });
    expect(withVerdict(report, 'skip')).toEqual(['entry.ports', ...HYGIENE]);
    expect(withVerdict(report, 'inconclusive')).toEqual(['status.private']);
    expect(report.exitCode).toBe(4);
  });

  const variants: [name: string, faults: Faults][] = [
    ...[301, 302, 307, 308].map((status): [string, Faults] => [`redirects with ${status}`, redirecting(status)]),
    ['has four replicas', { replicas: [1, 1, 1, 1] }],
    ['has weights', { replicas: [3, 2, 2] }],
    ['compares the header without case', { isExperiment: (value) => value?.toLowerCase() === 'debug' }],
    ['protects one location and has no other', { open: elsewhere({ status: 404 }) }],
    ['hangs up at every other path', { open: elsewhere({ status: 444 }) }],
    ['has a static page at every other path', { open: elsewhere({ status: 200, body: '<h1>It works!</h1>' }) }],
    ['sends a trailing slash away', { open: at('/predict/', { status: 307, headers: { Location: '/predict' } }) }],
    ['writes null where it has no probabilities', { nullProbabilities: true }],
    ['tells everybody that it is well', { open: at('/health', { status: 200, body: '{"status":"ok"}' }) }],
  ];
  it.each(variants)('may be one that %s', async (_name, gateway) => {
    const report = await verifyFake(identity, { gateway, kinds: ['paced'] });
    const others = report.results.filter(({ verdict }) => verdict !== 'pass');
    expect(others.map(({ id, expectations }) => [id, expectations.filter(({ ok }) => !ok)])).toEqual([]);
  });
});

describe('a broken gateway', () => {
  const LB = ['lb.replicas', 'lb.spread'];
  const OPEN = ['auth.required', 'auth.paths'];
  const UNSERVED = ['proxy.predict', 'auth.ok', 'ab.default', 'ab.debug', 'ab.only'];
  const broken: [name: string, faults: Faults, failing: string[]][] = [
    ['one replica serves', { replicas: [1] }, LB],
    ['one of three replicas is a backup', { replicas: [1, 1] }, LB],
    ['the API is down', { api: 'down' }, UNSERVED],
    ['bad input crashes the API', { api: 'crashes on bad input' }, ['proxy.predict']],
    ['bad input is predicted', { api: 'accepts anything' }, ['proxy.predict']],
    ['every sentence gets the same label', { api: 'always the same' }, ['proxy.predict']],
    ['labels are not the promised ones', { api: 'unknown label' }, ['proxy.predict', 'ab.debug']],
    ['no authentication', { auth: 'none' }, OPEN],
    ['the prediction is open by two slashes', { open: at('//predict', 'predict') }, ['auth.paths']],
    ['the prediction is open by an escape', { open: at('/%70redict', 'predict') }, ['auth.paths']],
    ['the prediction is open by a parent folder', { open: at('/x/../predict', 'predict') }, ['auth.paths']],
    ['the prediction is open by a trailing slash', { open: at('/predict/', 'predict') }, ['auth.paths']],
    ['the prediction is open in upper case', { open: at('/PREDICT', 'predict') }, ['auth.paths']],
    ['the prediction is open by an alias', { open: at('/api/predict', 'predict') }, ['auth.paths']],
    ['v2 is open by a path of its own', { open: at('/predict/v2', 'predict') }, ['auth.paths']],
    ['an exact location beside an open root', { open: elsewhere('predict') }, ['auth.paths']],
    [
      'an API refuses what the gateway should have refused',
      { open: at('/predict/', { status: 422, body: '{"detail":"field required"}' }) },
      ['auth.paths'],
    ],
    ['401 without WWW-Authenticate', { auth: 'without challenge' }, ['auth.required']],
    ['the debug header opens the door', { auth: 'debug is open' }, ['auth.required']],
    ['GET needs no password', { auth: 'GET is open' }, ['auth.required']],
    ['POST needs no password', { open: unlessGet('predict') }, ['auth.required']],
    ['who says nothing is let in', { open: ({ headers }) => (headers.authorization ? undefined : 'predict') }, OPEN],
    ['any password does', { auth: 'any password' }, ['auth.required']],
    ['the htpasswd file is corrupt', { auth: 'nobody is let in' }, UNSERVED],
    ['everything goes to v2', { isExperiment: () => true }, [...LB, 'ab.default', 'ab.debug', 'ab.only']],
    ['v1 answers for v2', { sharedContainer: true }, ['ab.debug']],
    ['v2 is made of the image of v1', { plainV2: true }, ['ab.debug']],
    ['the header is ignored', { isExperiment: () => false }, ['ab.debug']],
    [
      'the header is matched as a regular expression',
      { isExperiment: (value) => value?.includes('debug') === true },
      ['ab.only'],
    ],
    ['any header value leads to v2', { isExperiment: (value) => value !== undefined }, ['ab.only']],
    ['an empty header leads to v2', { isExperiment: (value) => value === '' || value === 'debug' }, ['ab.only']],
    ['v2 is a v1 that pretends', { experimentVersion: 'v1' }, ['ab.debug']],
    ['probabilities do not sum to 1', { probabilities: { love: 0.9, sadness: 0.9, worry: 0.1 } }, ['ab.debug']],
    ['probabilities are null', { probabilities: null }, ['ab.debug']],
    ['probabilities are a word', { probabilities: 'many' }, ['ab.debug']],
    ['probabilities are words', { probabilities: { love: '0.6', sadness: '0.2', worry: '0.2' } }, ['ab.debug']],
    ['a label has no probability', { probabilities: { love: 0.6, sadness: 0.4 } }, ['ab.debug']],
    ['the label is not the most probable', { probabilities: { love: 0.2, sadness: 0.6, worry: 0.2 } }, ['ab.debug']],
    [
      'redirect to the wrong port',
      { redirect: { status: 308, location: (path, port) => `https://localhost:${port + 1}${path}` } },
      ['http.redirect'],
    ],
    [
      'redirect to the default port',
      { redirect: { status: 308, location: (path) => `https://localhost${path}` } },
      ['http.redirect'],
    ],
    [
      'redirect loses the path',
      { redirect: { status: 301, location: (_path, port) => `https://localhost:${port}/` } },
      ['http.redirect'],
    ],
    [
      'redirect loses the query',
      { redirect: { status: 301, location: (path, port) => `https://localhost:${port}${path.split('?')[0]}` } },
      ['http.redirect'],
    ],
    [
      'redirect stays on plain HTTP',
      { redirect: { status: 302, location: (path, port) => `http://localhost:${port}${path}` } },
      ['http.redirect'],
    ],
    [
      'plain HTTP answers 200',
      { redirect: { status: 200, location: (path, port) => `https://localhost:${port}${path}` } },
      ['http.redirect'],
    ],
    ['the status page is published', { statusPage: true }, ['status.private']],
  ];
  it.each(broken)('%s', async (_name, gateway, failing) => {
    const report = await verifyFake(identity, { gateway, kinds: ['paced'] });
    expect(withVerdict(report, 'fail')).toEqual(failing);
    expect(withVerdict(report, 'inconclusive')).toEqual(failing === UNSERVED ? ['entry.ports', ...LB] : []);
    expect(report.exitCode).toBe(1);
  });

  it('is not proven by a thing that hangs up on everybody', async () => {
    const report = await verifyFake(identity, { gateway: { open: () => ({ status: 444 }) }, kinds: ['paced'] });
    expect(withVerdict(report, 'pass').filter((id) => /^(?:auth|entry|ab|proxy|lb)/.test(id))).toEqual([]);
  });

  it('is not proven by a thing that says 200 to everything', async () => {
    const report = await verifyFake(identity, { gateway: { staticFake: '{}' } });
    // It has a right certificate, and neither a status page nor an API to leak.
    const unfounded = ['entry.leak', 'tls.trust', 'tls.protocols', 'tls.grade', 'status.private', 'target.identity'];
    expect(withVerdict(report, 'pass')).toEqual([...unfounded, ...HYGIENE, ...MONITORING]);
    expect(report.exitCode).toBe(1);
  });

  it('is not proven by a fake that knows the contract', async () => {
    const staticFake = JSON.stringify({
      'prediction value': 'love',
      prediction_proba_dict: { love: 0.8, sadness: 0.1, worry: 0.1 },
    });
    const report = await verifyFake(identity, { gateway: { staticFake } });
    expect(withVerdict(report, 'fail')).toEqual([
      'proxy.predict',
      'entry.ports',
      'http.redirect',
      'auth.required',
      'auth.paths',
      'ab.default',
      'ab.only',
    ]);
    expect(withVerdict(report, 'inconclusive')).toEqual(['lb.replicas', 'lb.spread']);
  });

  it('is not excused as busy when it is down, whoever says so', async () => {
    const redirect = { status: 503, location: () => '' };
    const report = await verifyFake(identity, {
      gateway: { open: () => ({ status: 503, body: 'We are down for maintenance' }), redirect },
      only: ['proxy.predict', 'http.redirect', 'auth.required'],
    });
    expect(withVerdict(report, 'fail')).toEqual(['proxy.predict', 'http.redirect', 'auth.required']);
    for (const { earlier } of report.results) expect(earlier.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
  }, 20_000);

  it('is excused where a lower limit than promised lets some through', async () => {
    const report = await verifyFake(identity, { gateway: { limit: { rate: 1, burst: 0 } }, only: ['proxy.predict'] });
    expect(withVerdict(report, 'inconclusive')).toEqual(['proxy.predict']);
  }, 20_000);

  it('cannot be told when answers do not name their replica', async () => {
    const report = await verifyFake(identity, { gateway: { noInstanceIds: true }, kinds: ['paced'] });
    expect(withVerdict(report, 'inconclusive')).toEqual(['lb.replicas', 'lb.spread']);
    expect(report.exitCode).toBe(4);
  });

  it('with a certificate of another CA fails where trust is asked, and nowhere else', async () => {
    const other = await makeIdentity();
    const report = await verifyFake(identity, { promise: { ca: other.ca }, kinds: ['paced', 'closing'] });
    expect(withVerdict(report, 'fail')).toEqual(['tls.trust', 'target.identity']);
    expect(withVerdict(report, 'pass')).toEqual(['tls.protocols', 'tls.grade', 'http.redirect', ...HYGIENE]);
    expect(report.exitCode).toBe(1);
  });
});

const MONITORING = ['exporter.live', 'prometheus.live', 'metrics.flow', 'metrics.replicas', 'grafana.live'];

describe('monitoring', () => {
  const broken: [fault: MonitoringFaults, failing: string[]][] = [
    [{ exporter: 'nginx is down' }, ['exporter.live']],
    [{ exporter: 'not an exporter' }, ['exporter.live']],
    [{ prometheus: 'frozen' }, ['metrics.flow']],
    [{ prometheus: 'no counter' }, ['metrics.flow']],
    [{ prometheus: 'nginx is not up' }, ['metrics.flow']],
    [{ prometheus: 'target down' }, ['prometheus.live']],
    [{ prometheus: 'no targets' }, ['prometheus.live', 'metrics.replicas']],
    [{ prometheus: 'replica missing' }, ['metrics.replicas']],
    [{ prometheus: 'replica down' }, ['prometheus.live', 'metrics.replicas']],
    [{ prometheus: 'replica gone' }, ['metrics.replicas']],
    [{ prometheus: 'arms mixed up' }, ['metrics.replicas']],
    [{ prometheus: 'not our API' }, ['metrics.replicas']],
    [{ prometheus: 'not ready' }, ['prometheus.live']],
    [{ grafana: 'unhealthy' }, ['grafana.live']],
    [{ grafana: 'no data source' }, ['grafana.live']],
    [{ grafana: 'other Prometheus' }, ['grafana.live']],
    [{ grafana: 'no dashboard' }, ['grafana.live']],
    [{ grafana: 'empty panels' }, ['grafana.live']],
  ];
  // A frozen counter is waited for: two scrapes and five seconds.
  it.concurrent.each(broken)('%o', { timeout: 15_000 }, async (monitoring, failing) => {
    expect(withVerdict(await verifyFake(identity, { monitoring }), 'fail')).toEqual(failing);
  });

  it('cannot tell what Grafana shows to those with its password', async () => {
    const { results } = await verifyFake(identity, {
      monitoring: { grafana: 'other password' },
      only: ['grafana.live'],
    });
    expect(results[0]).toMatchObject({
      verdict: 'inconclusive',
      summary: expect.stringContaining('does not take the credentials of viewer') as string,
    });
  });

  it('waits for what Grafana provisions after it is healthy, and for the first data', async () => {
    const report = await verifyFake(identity, { monitoring: { grafana: 'provisioned late' }, only: ['grafana.live'] });
    expect(withVerdict(report, 'pass')).toEqual(['grafana.live']);
  });

  it.each([
    ['no data source', '0 data sources, none of them Prometheus'],
    ['no dashboard', 'none'],
    ['empty panels', '0 of 1'],
  ] as const)('says what it saw last where there is %s for good', async (grafana, found) => {
    const begin = performance.now();
    const { results } = await verifyFake(identity, { monitoring: { grafana }, only: ['grafana.live'] });
    expect(performance.now() - begin).toBeGreaterThan(600);
    expect(results[0]?.verdict).toBe('fail');
    expect(results[0]?.expectations.filter(({ ok }) => !ok).map((unmet) => unmet.found)).toContain(found);
  });

  it('does not wait for scrapes that are an hour apart, and says so', async () => {
    const scrapeIntervalSeconds = 3600;
    const fake = await startMonitoring(() => 0);
    const { url } = fake.spec.prometheus ?? { url: '' };
    try {
      const promise = { ...fake.spec, prometheus: { url, scrapeIntervalSeconds, discoverySeconds: 0 } };
      const report = await verifyFake(identity, { promise, kinds: ['monitoring'] });
      expect(withVerdict(report, 'inconclusive')).toEqual([
        'prometheus.live',
        'metrics.flow',
        'metrics.replicas',
        'grafana.live',
      ]);
      const untold = report.results.filter(({ verdict }) => verdict === 'inconclusive');
      for (const { summary } of untold) expect(summary).toContain('every 3600 s');
      expect(report.duration).toBeLessThan(2000);
    } finally {
      await fake.close();
    }
  });

  it('warns of a single panel without data', async () => {
    const report = await verifyFake(identity, { monitoring: { grafana: 'one empty panel' } });
    expect(withVerdict(report, 'warn')).toEqual(['grafana.live']);
    expect(report.exitCode).toBe(0);
  });

  it('sends its own requests when it is the only one to ask', async () => {
    const report = await verifyFake(identity, { only: ['metrics.flow'] });
    expect(withVerdict(report, 'pass')).toEqual(['metrics.flow']);
  });

  it('says which replica is not scraped, and why', async () => {
    const only = ['metrics.replicas'];
    const found = async (scenario: Parameters<typeof verifyFake>[1]): Promise<string[]> => {
      const { results } = await verifyFake(identity, { only, ...scenario });
      return (results[0]?.expectations ?? []).filter(({ ok }) => !ok).map((unmet) => unmet.found);
    };
    expect(await found({ monitoring: { prometheus: 'replica missing' } })).toEqual([
      '1 up',
      'api-v1-4 runs and is not scraped',
    ]);
    expect(await found({ monitoring: { prometheus: 'replica down' } })).toEqual([
      '1 up; http://10.0.0.1:8000/metrics is down: connection refused',
    ]);
    expect(await found({ monitoring: { prometheus: 'arms mixed up' } })).toEqual([
      'api-v1-1 is of v2, not of v1; api-v1-4 is of v2, not of v1',
    ]);
    // Without an engine the promised numbers are all there is to compare with.
    expect(await found({ promise: { instances: null }, monitoring: { prometheus: 'replica gone' } })).toEqual([]);
    const arms = { v1: { replicas: 3, saysItsName: true }, v2: { replicas: 1, saysItsName: true } };
    expect(await found({ promise: { instances: null, arms } })).toEqual(['2 up']);
  }, 60_000);

  it('asks of an API of somebody else only what it promises', async () => {
    const arms = { v1: { replicas: 2, saysItsName: false }, v2: { replicas: 1, saysItsName: false } };
    expect(await saidOfReplicas({ arms }, 'not our API')).toEqual(['pass']);
    expect(await saidOfReplicas({ arms }, 'arms mixed up')).toEqual([
      'fail',
      expect.stringContaining('is of v2, not of v1'),
    ]);
    // One without metrics runs, and is not scraped.
    const instances = ['api-v1-1', 'api-v1-4', 'api-v2-2', 'api-tiny-1'];
    expect(await saidOfReplicas({ instances })).toEqual(['pass']);
    expect(await saidOfReplicas({ arms: {} })).toEqual(['skip']);
  }, 60_000);

  it('is skipped with the reason where a part was left out or is not configured', async () => {
    const promise = { exporter: null, prometheus: null, grafana: null, omitted: { grafana: 'there is no image' } };
    const { results } = await verifyFake(identity, { promise, kinds: ['monitoring'] });
    expect(results.map(({ verdict, summary }) => [verdict, summary])).toEqual([
      ['skip', 'exporter is not part of the configuration'],
      ['skip', 'prometheus is not part of the configuration'],
      ['skip', 'prometheus is not part of the configuration'],
      ['skip', 'prometheus is not part of the configuration'],
      ['skip', 'there is no image'],
    ]);
  });

  it('fails when nobody listens', async () => {
    const promise = {
      exporter: 'http://127.0.0.1:1',
      prometheus: { url: 'http://127.0.0.1:1', scrapeIntervalSeconds: 0.1, discoverySeconds: 0.1 },
      grafana: { url: 'http://127.0.0.1:1', user: 'a', password: 'b' },
    };
    const report = await verifyFake(identity, { promise, kinds: ['monitoring'] });
    expect(withVerdict(report, 'fail')).toEqual(MONITORING);
    expect(report.results[0]?.summary).toContain('ECONNREFUSED');
  });
});

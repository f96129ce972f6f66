import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, Expectation } from '../check.js';
import { advice, conclude, exchangesOf, expectation } from '../conclude.js';
import { dashboardsOf, dataSourcesOf, emptyPanels, type Dashboards, type DataSources } from '../grafana-api.js';
import { leftOut } from '../left-out.js';
import { queryRequest, samplesOf, type PrometheusApi, type Sample } from '../prometheus-api.js';
import { jsonOf, outcomeOf, property, type Reply } from '../reply.js';
import type { Target } from '../target.js';

/** Says which Prometheus it is (its start time differs from any other's), not only that one answers. */
const IDENTITY = 'prometheus_build_info or process_start_time_seconds or up';

export const grafanaLive: Check = {
  id: 'grafana.live',
  title: 'Grafana shows what Prometheus has',
  objective: 7,
  severity: 'major',
  kind: 'monitoring',
  run: async (target) => {
    const { grafana, prometheus } = target.spec;
    if (grafana === null) return leftOut(target.spec, 'grafana');
    const health = await target.askNow({ origin: grafana.url, path: '/api/health' });
    const healthy = health.status === 200 && property(jsonOf(health), 'database') === 'ok';
    const expectations: Expectation[] = [
      expectation(healthy, `${grafana.url}/api/health: database ok`, health.body.trim() || outcomeOf(health)),
    ];
    const replies: Reply[] = [health];
    const finish = (summary: string) =>
      conclude({ summary, expectations, exchanges: exchangesOf(replies), hint: HINT });
    if (!healthy) return finish(`health: ${outcomeOf(health)}`);

    const sources = await dataSourcesOf(target, grafana);
    replies.push(sources.reply);
    expectations.push(sourceExpectation(sources));
    if (!sources.prometheus) return finish(`healthy; data source: ${sources.problem}`);
    if (prometheus)
      expectations.push(await compare(target, sources.prometheus, { origin: prometheus.url, prefix: '' }, replies));

    const dashboards = await dashboardsOf(target, grafana);
    replies.push(...dashboards.replies);
    const empty = await emptyPanels(target, sources.prometheus, dashboards.panels);
    expectations.push(
      ...dashboardExpectations(
        dashboards,
        empty.map(({ dashboard, title }) => `${dashboard} / ${title}`),
      ),
    );
    return finish(
      `healthy; ${dashboards.titles.length} dashboards, ${dashboards.panels.length - empty.length} of ${dashboards.panels.length} panels with data`,
    );
  },
};

const HINT =
  'Check the provisioned data source (its URL as the Grafana container sees it) and the provider of dashboards.';

const sourceExpectation = ({ prometheus, problem }: DataSources): Expectation =>
  expectation(prometheus !== null, 'a data source of type prometheus', problem ?? 'found');

/** A scrape may fall between the two answers, so a difference is looked at twice. */
async function compare(
  target: Target,
  proxied: PrometheusApi,
  direct: PrometheusApi,
  replies: Reply[],
): Promise<Expectation> {
  const look = async (): Promise<[Reply, Reply]> => [
    await target.askNow(queryRequest(proxied, IDENTITY)),
    await target.askNow(queryRequest(direct, IDENTITY)),
  ];
  let [through, itself] = await look();
  if (!isSame(through, itself)) {
    await sleep(1000);
    [through, itself] = await look();
  }
  replies.push(through, itself);
  return expectation(
    isSame(through, itself),
    'the data source answers as Prometheus does',
    `data source: ${describe(through)}; Prometheus: ${describe(itself)}`,
  );
}

function isSame(through: Reply, itself: Reply): boolean {
  const [a, b] = [samplesOf(through), samplesOf(itself)];
  return !('problem' in a) && !('problem' in b) && a.length > 0 && fingerprint(a) === fingerprint(b);
}

function describe(reply: Reply): string {
  const samples = samplesOf(reply);
  return 'problem' in samples ? samples.problem : `${samples.length} series`;
}

const fingerprint = (samples: Sample[]): string =>
  samples
    .map(({ metric, value }) => JSON.stringify([Object.entries(metric).toSorted(), value]))
    .toSorted()
    .join('\n');

const dashboardExpectations = ({ titles, panels }: Dashboards, empty: string[]): Expectation[] => [
  expectation(titles.length > 0, 'at least one dashboard', titles.join(', ') || 'none'),
  expectation(
    panels.length > empty.length,
    'panels that return data',
    `${panels.length - empty.length} of ${panels.length}`,
  ),
  advice(empty.length === 0, 'no panel without data', empty.length > 0 ? empty.join(', ') : 'none'),
];

import type { Check, CheckResult, Exchange, Expectation } from '../check.js';
import { advice, conclude, exchangesOf, expectation, inconclusive } from '../conclude.js';
import { dashboardsOf, dataSourcesOf, emptyPanels, type Dashboards, type DataSources } from '../grafana-api.js';
import { leftOut } from '../left-out.js';
import { jsonOf, outcomeOf, property, type Reply } from '../reply.js';
import { comparePrometheus } from '../same-prometheus.js';
import { tooRareToWait } from '../scrape-wait.js';
import { waitFor } from '../wait-for.js';

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

    // Grafana is healthy before it has provisioned anything.
    const provisioning = { every: target.patience / 30, within: target.patience };
    const sources = await waitFor(() => dataSourcesOf(target, grafana), isDecided, provisioning);
    if (isRefused(sources)) return refused(grafana.user, exchangesOf([health, sources.reply]));
    const api = sources.prometheus;
    replies.push(sources.reply);
    expectations.push(sourceExpectation(sources));
    if (!api) return finish(`healthy; data source: ${sources.problem}`);

    const dashboards = await waitFor(
      () => dashboardsOf(target, grafana, sources.scrapeInterval),
      ({ panels }) => panels.length > 0,
      provisioning,
    );
    replies.push(...dashboards.replies);
    const interval = prometheus?.scrapeIntervalSeconds ?? 0;
    const tooRare = tooRareToWait(interval);
    const known = `healthy; ${dashboards.titles.length} dashboards`;
    if (tooRare !== null && dashboards.panels.length > 0) {
      return inconclusive(`${known}; whether their panels have data cannot be told: ${tooRare}`, exchangesOf(replies));
    }

    // Of what has just started there is no data yet, and a rate needs two scrapes.
    const scraping = { ...provisioning, within: target.patience + 2000 * interval };
    if (prometheus && tooRare === null) {
      const direct = { origin: prometheus.url, prefix: '' };
      const compared = await comparePrometheus(target, { proxied: api, direct }, scraping);
      replies.push(...compared.replies);
      expectations.push(compared.expectation);
    }
    const empty = await waitFor(
      () => emptyPanels(target, api, dashboards.panels),
      (panels) => panels.length === 0,
      scraping,
    );
    expectations.push(
      ...dashboardExpectations(
        dashboards,
        empty.map(({ dashboard, title }) => `${dashboard} / ${title}`),
      ),
    );
    return finish(
      `${known}, ${dashboards.panels.length - empty.length} of ${dashboards.panels.length} panels with data`,
    );
  },
};

const HINT =
  'Check the provisioned data source (its URL as the Grafana container sees it) and the provider of dashboards.';

/** Found, or refused: credentials that Grafana does not take will not become right. */
const isDecided = (sources: DataSources): boolean => sources.prometheus !== null || isRefused(sources);

const isRefused = ({ reply }: DataSources): boolean => reply.status === 401 || reply.status === 403;

/** Another password is no fault; but who may not look cannot say what there is to see. */
const refused = (user: string, exchanges: Exchange[]): CheckResult =>
  inconclusive(
    `healthy; what it shows cannot be told: Grafana does not take the credentials of ${user}`,
    exchanges,
    'Give the credentials that Grafana takes.',
  );

const sourceExpectation = ({ prometheus, problem }: DataSources): Expectation =>
  expectation(prometheus !== null, 'a data source of type prometheus', problem ?? 'found');

const dashboardExpectations = ({ titles, panels }: Dashboards, empty: string[]): Expectation[] => [
  expectation(titles.length > 0, 'at least one dashboard', titles.join(', ') || 'none'),
  expectation(
    panels.length > empty.length,
    'panels that return data',
    `${panels.length - empty.length} of ${panels.length}`,
  ),
  advice(empty.length === 0, 'no panel without data', empty.length > 0 ? empty.join(', ') : 'none'),
];

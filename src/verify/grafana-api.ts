import { panelsOf, type Panel } from './dashboard.js';
import { secondsOf, USUAL_SCRAPE_INTERVAL } from './grafana-variables.js';
import { queryRequest, samplesOf, type PrometheusApi } from './prometheus-api.js';
import { jsonOf, outcomeOf, property, type Reply } from './reply.js';
import type { Target, TargetSpec } from './target.js';

type Grafana = NonNullable<TargetSpec['grafana']>;

export interface DataSources {
  reply: Reply;
  /** The Prometheus data source behind Grafana's proxy; null when there is none. */
  prometheus: PrometheusApi | null;
  /** Seconds between scrapes as the data source has been told. */
  scrapeInterval: number;
  problem: string | null;
}

/** What Grafana knows of data sources. */
export async function dataSourcesOf({ askNow }: Target, grafana: Grafana): Promise<DataSources> {
  const reply = await askNow({ origin: grafana.url, path: '/api/datasources', auth: grafana });
  const list = jsonOf(reply);
  const missing = { reply, prometheus: null, scrapeInterval: USUAL_SCRAPE_INTERVAL };
  if (reply.status !== 200 || !Array.isArray(list)) return { ...missing, problem: outcomeOf(reply) };
  const source: unknown = list.find((candidate: unknown) => property(candidate, 'type') === 'prometheus');
  const uid = property(source, 'uid');
  if (typeof uid !== 'string') return { ...missing, problem: `${list.length} data sources, none of them Prometheus` };
  return {
    reply,
    prometheus: {
      origin: grafana.url,
      prefix: `/api/datasources/proxy/uid/${encodeURIComponent(uid)}`,
      auth: grafana,
    },
    scrapeInterval: secondsOf(property(property(source, 'jsonData'), 'timeInterval')) ?? USUAL_SCRAPE_INTERVAL,
    problem: null,
  };
}

export interface Dashboards {
  replies: Reply[];
  titles: string[];
  panels: Panel[];
}

/**
 * All dashboards with the panels that query something.
 * @param scrapeInterval seconds, as the data source has been told
 */
export async function dashboardsOf({ askNow }: Target, grafana: Grafana, scrapeInterval: number): Promise<Dashboards> {
  const search = await askNow({ origin: grafana.url, path: '/api/search?type=dash-db', auth: grafana });
  const hits = jsonOf(search);
  const found: Dashboards = { replies: [search], titles: [], panels: [] };
  for (const hit of Array.isArray(hits) ? (hits as unknown[]) : []) {
    const path = `/api/dashboards/uid/${encodeURIComponent(String(property(hit, 'uid')))}`;
    const reply = await askNow({ origin: grafana.url, path, auth: grafana });
    found.replies.push(reply);
    found.titles.push(String(property(hit, 'title')));
    found.panels.push(...panelsOf(property(jsonOf(reply), 'dashboard'), scrapeInterval));
  }
  return found;
}

/** The panels of which no query returns a series. */
export async function emptyPanels({ askNow }: Target, api: PrometheusApi, panels: Panel[]): Promise<Panel[]> {
  const judged = await Promise.all(
    panels.map(async (panel) => {
      const replies = await Promise.all(panel.queries.map((query) => askNow(queryRequest(api, query))));
      return { panel, hasData: replies.some((reply) => hasSeries(reply)) };
    }),
  );
  return judged.filter(({ hasData }) => !hasData).map(({ panel }) => panel);
}

function hasSeries(reply: Reply): boolean {
  const samples = samplesOf(reply);
  return !('problem' in samples) && samples.length > 0;
}

import { jsonOf, outcomeOf, property, type Ask, type Credentials, type Reply } from './reply.js';

/** Where a Prometheus API answers: itself, or behind Grafana's data source proxy. */
export interface PrometheusApi {
  origin: string;
  /** `/api/datasources/proxy/uid/x`, or empty. */
  prefix: string;
  auth?: Credentials;
}

export interface Sample {
  metric: Record<string, string>;
  value: string;
}

/** Instant query, which gives each series its newest sample. */
export const queryRequest = ({ origin, prefix, auth }: PrometheusApi, query: string): Ask => ({
  origin,
  path: `${prefix}/api/v1/query?query=${encodeURIComponent(query)}`,
  ...(auth ? { auth } : {}),
});

/** The series of an instant query's answer, or why there are none to read. */
export function samplesOf(reply: Reply): Sample[] | { problem: string } {
  const answer = jsonOf(reply);
  if (reply.status !== 200 || property(answer, 'status') !== 'success') {
    const detail = property(answer, 'error');
    return { problem: typeof detail === 'string' ? `${outcomeOf(reply)}: ${detail}` : outcomeOf(reply) };
  }
  const data = property(answer, 'data');
  const result = property(data, 'result');
  if (!Array.isArray(result)) return { problem: 'an answer without a result' };
  // A scalar or string is [time, value] itself.
  if (property(data, 'resultType') !== 'vector') return [{ metric: {}, value: String(result[1]) }];
  return result.map((series: unknown) => ({
    metric: labelsOf(property(series, 'metric')),
    value: valueOf(property(series, 'value')),
  }));
}

export interface ScrapeTarget {
  name: string;
  labels: Record<string, string>;
  health: string;
  lastError: string;
  /** When it was scraped last, in Prometheus' words. */
  lastScrape: string;
}

/** Active targets of `/api/v1/targets`, or why they cannot be read. */
export function scrapeTargetsOf(reply: Reply): ScrapeTarget[] | { problem: string } {
  const targets = property(property(jsonOf(reply), 'data'), 'activeTargets');
  if (reply.status !== 200 || !Array.isArray(targets)) return { problem: outcomeOf(reply) };
  return targets.map((target: unknown) => ({
    name: String(property(target, 'scrapeUrl')),
    labels: labelsOf(property(target, 'labels')),
    health: String(property(target, 'health')),
    lastError: String(property(target, 'lastError') ?? ''),
    lastScrape: String(property(target, 'lastScrape')),
  }));
}

const labelsOf = (metric: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(metric ?? {}).map(([name, value]) => [name, String(value)]));

const valueOf = (value: unknown): string => (Array.isArray(value) ? String(value[1]) : '');

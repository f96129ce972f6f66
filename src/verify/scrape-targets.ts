import { scrapeTargetsOf, type ScrapeTarget } from './prometheus-api.js';
import type { Reply } from './reply.js';
import type { PrometheusSpec, Target } from './target.js';
import { waitFor } from './wait-for.js';

export interface ScrapedTargets {
  reply: Reply;
  targets: ScrapeTarget[];
}

/**
 * What Prometheus scrapes, once each target has been scraped again (what the scrape before found may
 * be history) and all are as they should be; or as they are when time is up. After a start or a
 * change of its configuration Prometheus takes some seconds to know new targets and forget old ones.
 */
export async function freshTargets(
  { askNow }: Pick<Target, 'askNow'>,
  { url, scrapeIntervalSeconds, discoverySeconds }: PrometheusSpec,
  areAsPromised: (targets: ScrapeTarget[]) => boolean,
): Promise<ScrapedTargets> {
  const interval = scrapeIntervalSeconds * 1000;
  const look = async (): Promise<ScrapedTargets> => {
    const reply = await askNow({ origin: url, path: '/api/v1/targets?state=active' });
    const targets = scrapeTargetsOf(reply);
    return { reply, targets: 'problem' in targets ? [] : targets };
  };
  const before = new Map((await look()).targets.map(({ name, lastScrape }) => [name, lastScrape]));
  const isFresh = ({ name, health, lastScrape }: ScrapeTarget): boolean =>
    health !== 'unknown' && before.get(name) !== lastScrape;
  return waitFor(
    look,
    ({ reply, targets }) =>
      reply.status !== 200 || (targets.length > 0 && targets.every(isFresh) && areAsPromised(targets)),
    { every: Math.max(50, Math.min(500, interval / 4)), within: interval + discoverySeconds * 1000 },
  );
}

export const isUp = ({ health }: ScrapeTarget): boolean => health === 'up';

/** "http://exporter:9113/metrics is down: connection refused" */
export const describeTarget = ({ name, health, lastError }: ScrapeTarget): string =>
  [`${name} is ${health}`, lastError].filter(Boolean).join(': ');

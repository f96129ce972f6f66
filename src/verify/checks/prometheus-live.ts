import type { Check } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive } from '../conclude.js';
import { leftOut } from '../left-out.js';
import { scrapeTargetsOf, type ScrapeTarget } from '../prometheus-api.js';
import { outcomeOf, type Reply } from '../reply.js';
import { DISCOVERY, tooRareToWait } from '../scrape-wait.js';
import type { Target } from '../target.js';
import { waitFor } from '../wait-for.js';

export const prometheusLive: Check = {
  id: 'prometheus.live',
  title: 'Prometheus is ready, its targets are up',
  objective: 7,
  severity: 'major',
  kind: 'monitoring',
  run: async (target) => {
    if (target.spec.prometheus === null) return leftOut(target.spec, 'prometheus');
    const { url, scrapeIntervalSeconds } = target.spec.prometheus;
    const ready = await target.askNow({ origin: url, path: '/-/ready' });
    const tooRare = tooRareToWait(scrapeIntervalSeconds);
    if (ready.status === 200 && tooRare !== null) {
      return inconclusive(`ready; whether its targets are up cannot be told: ${tooRare}`, [ready.exchange]);
    }
    const { reply, targets } = await freshTargets(target, url, tooRare === null ? scrapeIntervalSeconds * 1000 : 0);
    const down = targets.filter(({ health }) => health !== 'up');
    const found = reply.status === 200 ? `${targets.length - down.length} of ${targets.length} up` : outcomeOf(reply);
    return conclude({
      summary: `ready: ${outcomeOf(ready)}; targets: ${found}`,
      expectations: [
        expectation(ready.status === 200, `${url}/-/ready answers 200`, outcomeOf(ready)),
        expectation(
          targets.length > 0 && down.length === 0,
          'at least one target, all up',
          [found, ...down.map(({ name, health, lastError }) => `${name} is ${health} ${lastError}`.trim())].join('; '),
        ),
      ],
      exchanges: exchangesOf([ready, reply]),
      hint: 'See the targets page of Prometheus (`fortress links`) and its configuration.',
    });
  },
};

interface Look {
  reply: Reply;
  targets: ScrapeTarget[];
}

/**
 * The targets once each has been scraped again: what the scrape before found may be history. After
 * a start there are none for some seconds.
 * @param interval milliseconds between scrapes
 */
async function freshTargets(target: Target, origin: string, interval: number): Promise<Look> {
  const look = async (): Promise<Look> => {
    const reply = await target.askNow({ origin, path: '/api/v1/targets?state=active' });
    const targets = scrapeTargetsOf(reply);
    return { reply, targets: 'problem' in targets ? [] : targets };
  };
  const before = new Map((await look()).targets.map(({ name, lastScrape }) => [name, lastScrape]));
  const isFresh = ({ name, health, lastScrape }: ScrapeTarget): boolean =>
    health !== 'unknown' && before.get(name) !== lastScrape;
  return waitFor(look, ({ reply, targets }) => reply.status !== 200 || (targets.length > 0 && targets.every(isFresh)), {
    every: Math.max(50, Math.min(500, interval / 4)),
    within: interval + DISCOVERY,
  });
}

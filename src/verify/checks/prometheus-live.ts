import type { Check } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive } from '../conclude.js';
import { leftOut } from '../left-out.js';
import { outcomeOf } from '../reply.js';
import { describeTarget, freshTargets, isUp } from '../scrape-targets.js';
import { tooRareToWait } from '../scrape-wait.js';

export const prometheusLive: Check = {
  id: 'prometheus.live',
  title: 'Prometheus is ready, its targets are up',
  objective: 7,
  severity: 'major',
  kind: 'monitoring',
  run: async (target) => {
    const { prometheus } = target.spec;
    if (prometheus === null) return leftOut(target.spec, 'prometheus');
    const ready = await target.askNow({ origin: prometheus.url, path: '/-/ready' });
    const tooRare = tooRareToWait(prometheus.scrapeIntervalSeconds);
    if (ready.status === 200 && tooRare !== null) {
      return inconclusive(`ready; whether its targets are up cannot be told: ${tooRare}`, [ready.exchange]);
    }
    const { reply, targets } = await freshTargets(target, prometheus, (all) => all.every(isUp));
    const down = targets.filter((one) => !isUp(one));
    const found = reply.status === 200 ? `${targets.length - down.length} of ${targets.length} up` : outcomeOf(reply);
    return conclude({
      summary: `ready: ${outcomeOf(ready)}; targets: ${found}`,
      expectations: [
        expectation(ready.status === 200, `${prometheus.url}/-/ready answers 200`, outcomeOf(ready)),
        expectation(
          targets.length > 0 && down.length === 0,
          'at least one target, all up',
          [found, ...down.map(describeTarget)].join('; '),
        ),
      ],
      exchanges: exchangesOf([ready, reply]),
      hint: `See ${prometheus.url}/targets and the configuration of Prometheus.`,
    });
  },
};

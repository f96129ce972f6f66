import type { Check } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive, skipped } from '../conclude.js';
import { coolDownOf } from '../cool-down.js';
import { flood, trickle } from '../flood.js';
import { planFlood } from '../flood-plan.js';
import { isPrediction, predictionRequest } from '../prediction.js';
import { isRejected } from '../flood-measurement.js';
import { pause } from '../pause.js';
import { outcomeOf } from '../reply.js';

/** Seconds: enough to use up the burst. */
const FLOOD = { least: 1, beyond: 0.5 };
const REQUESTS = 10;
/** Milliseconds between requests: four a second, unless less is promised. */
const LEAST_GAP = 250;

export const rateRecovery: Check = {
  id: 'rate.recovery',
  title: 'Serves again after a flood',
  objective: 5,
  severity: 'major',
  kind: 'flood',
  run: async (target) => {
    const promised = target.spec.rateLimit;
    if (!promised) return skipped('the rate limit is switched off in the configuration');
    const { status } = promised;
    const plan = planFlood(promised, FLOOD);
    if ('problem' in plan) return inconclusive(plan.problem, [], plan.hint);
    const request = predictionRequest(target.spec);
    const flooded = await flood(() => target.askNow(request), plan);
    const rejected = flooded.filter((reply) => isRejected(reply, status));
    if (rejected.length === 0) {
      return inconclusive(
        `none of ${flooded.length} requests of a flood was rejected: there is nothing to recover from`,
        exchangesOf(flooded.slice(0, 1)),
      );
    }
    const coolDown = coolDownOf(target.spec);
    await pause(coolDown);
    const gap = Math.max(LEAST_GAP, 1500 / promised.requestsPerSecond);
    const replies = await trickle(() => target.askNow(request), { count: REQUESTS, gap });
    // A ban need not wear the status of the limit.
    const refused = replies.filter((reply) => !isPrediction(reply, target.spec));
    return conclude({
      summary: `${REQUESTS - refused.length} of ${REQUESTS} served, ${coolDown / 1000} s after a flood with ${rejected.length} rejections`,
      expectations: [
        expectation(
          refused.length === 0,
          `${REQUESTS} of ${REQUESTS} at ${round(1000 / gap)}/s are predictions`,
          [...new Set(replies.map(outcomeOf))].join(', '),
        ),
      ],
      exchanges: exchangesOf(refused.length > 0 ? refused.slice(0, 3) : replies.slice(0, 1)),
      hint: 'A ban that outlives the flood punishes clients behind one address; limit_req alone does not ban.',
    });
  },
};

const round = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

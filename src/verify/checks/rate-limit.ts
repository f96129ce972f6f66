import type { Check, Exchange } from '../check.js';
import { inconclusive, skipped } from '../conclude.js';
import { flood, trickle } from '../flood.js';
import { planFlood } from '../flood-plan.js';
import { predictionRequest } from '../prediction.js';
import { isRejected } from '../flood-measurement.js';
import { judgeRate } from '../rate-judgement.js';
import type { Reply } from '../reply.js';

/** Seconds: long enough for a rate to be counted once the burst is used up. */
const FLOOD = { least: 4, beyond: 3 };
/** 115 ms between requests at a limit of 10/s: the limit itself takes 100. */
const TRICKLE = { count: 24, slack: 1.15 };

export const rateLimit: Check = {
  id: 'rate.limit',
  title: 'Rejects above the limit, serves below it',
  objective: 5,
  severity: 'critical',
  kind: 'flood',
  run: async (target) => {
    const promised = target.spec.rateLimit;
    if (!promised) return skipped('the rate limit is switched off in the configuration');
    const { requestsPerSecond: rate, status } = promised;
    const plan = planFlood(promised, FLOOD);
    if ('problem' in plan) return inconclusive(plan.problem, [], plan.hint);
    const send = (): Promise<Reply> => target.askNow(predictionRequest(target.spec));
    // The first handshakes would otherwise fall into the flood.
    await send();
    const flooded = await flood(send, plan);
    // At once: the bucket is full, so no burst credit can hide a limit that is too low.
    const trickled = await trickle(send, { count: TRICKLE.count, gap: (1000 * TRICKLE.slack) / rate });
    return {
      ...judgeRate({ flood: flooded, trickle: trickled }, promised),
      exchanges: samples(flooded, status),
    };
  },
};

/** One that passed, the first that was rejected. */
function samples(replies: Reply[], status: number | null): Exchange[] {
  const rejected = replies.find((reply) => isRejected(reply, status));
  const passed = replies.find((reply) => !isRejected(reply, status));
  return [passed, rejected].flatMap((reply) => (reply ? [reply.exchange] : []));
}

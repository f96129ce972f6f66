import type { Check, Exchange } from '../check.js';
import { skipped } from '../conclude.js';
import { flood, trickle } from '../flood.js';
import { predictionRequest } from '../prediction.js';
import { isRejected } from '../flood-measurement.js';
import { judgeRate } from '../rate-judgement.js';
import type { Reply } from '../reply.js';

/** Times the promised rate, for so many seconds: 60/s for 4 s at a limit of 10/s. */
const FLOOD = { factor: 6, duration: 4 };
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
    const send = (): Promise<Reply> => target.askNow(predictionRequest(target.spec));
    // The first handshakes would otherwise fall into the flood.
    await send();
    const flooded = await flood(send, { rate: rate * FLOOD.factor, duration: FLOOD.duration });
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

import type { Outcome } from '../../../../src/verify/flood-measurement.js';
import type { RateObservation } from '../../../../src/verify/rate-judgement.js';
import { LeakyBucket } from './leaky-bucket.js';

export interface SimulatedLimit {
  /** Requests per second; null: nothing is limited. */
  rate: number | null;
  burst: number;
  status?: number;
  /** `limit_req` without nodelay. */
  delay?: boolean;
  /** Milliseconds until an answer; rejections take as long. */
  latency?: number;
  /** Requests per second that the client manages. */
  offered?: number;
  /** Seconds that the flood lasts. */
  duration?: number;
  /** Milliseconds between an answer and the next request of the trickle. */
  gap?: number;
}

/** What a flood (240 requests at 60/s) and the trickle after it would meet, without waiting for it. */
export function simulate(limit: SimulatedLimit): RateObservation {
  const { rate, burst, status = 503, delay = false, latency = 5, offered = 60, gap = 115 } = limit;
  const count = limit.duration === undefined ? 240 : offered * limit.duration;
  const bucket = rate === null ? null : new LeakyBucket(rate, burst);
  const send = (sentAt: number): Outcome => {
    const decidedAt = sentAt + latency / 2;
    const passed = bucket === null || bucket.admit(decidedAt);
    const held = passed && delay && bucket ? bucket.delay() * 1000 : 0;
    return { status: passed ? 200 : status, errorCode: null, sentAt, doneAt: sentAt + latency + held };
  };
  const flood = Array.from({ length: count }, (_, index) => send((index * 1000) / offered));
  const trickle: Outcome[] = [];
  let now = flood.reduce((latest, { doneAt }) => Math.max(latest, doneAt), 0);
  while (trickle.length < 24) {
    const outcome = send(now + gap);
    trickle.push(outcome);
    now = outcome.doneAt;
  }
  return { flood, trickle };
}

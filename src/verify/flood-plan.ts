import { LONGEST_REFILL } from './cool-down.js';
import type { PromisedRate } from './rate-judgement.js';

/** Open-loop load: requests per second, for so many seconds. */
export interface FloodPlan {
  rate: number;
  duration: number;
}

/** Times the promised rate: 60/s at a limit of 10/s. */
const FACTOR = 6;
/** Per second: what one Node process on a small machine surely offers, and what it can remember. */
const MOST_OFFERED = 600;
const MOST_TELLABLE = MOST_OFFERED / FACTOR;

/**
 * A flood that uses up the promised burst and then goes on for `beyond` seconds; or why this client
 * cannot make one. Pure.
 * @param options `least`: seconds that it lasts at least
 */
export function planFlood(
  { requestsPerSecond: rate, burst }: Pick<PromisedRate, 'requestsPerSecond' | 'burst'>,
  { least, beyond }: { least: number; beyond: number },
): FloodPlan | { problem: string; hint: string } {
  if (rate > MOST_TELLABLE) {
    return {
      problem: `a limit of ${rate}/s cannot be told: it takes ${FACTOR * rate} requests/s, and this client offers at most ${MOST_OFFERED}`,
      hint: `Nothing was flooded. Up to ${MOST_TELLABLE}/s can be verified; above it use a load generator.`,
    };
  }
  if (burst > LONGEST_REFILL * rate) {
    return {
      problem: `a burst of ${burst} at ${rate}/s takes ${Math.round(burst / rate)} s to refill: more than the ${LONGEST_REFILL} s that a check waits`,
      hint: `Nothing was flooded. At ${rate}/s a burst of up to ${LONGEST_REFILL * rate} can be verified.`,
    };
  }
  const offered = FACTOR * rate;
  return { rate: offered, duration: Math.max(least, burst / (offered - rate) + beyond) };
}

import type { TargetSpec } from './target.js';

/** Seconds that a check waits for a promised burst to refill. */
export const LONGEST_REFILL = 30;

/** Milliseconds after which a limiter of the promised size, or a usual one, has no memory of a flood. */
export function coolDownOf({ rateLimit }: Pick<TargetSpec, 'rateLimit'>): number {
  if (!rateLimit) return 0;
  const refill = Math.min(LONGEST_REFILL, rateLimit.burst / rateLimit.requestsPerSecond);
  return Math.max(2000, refill * 1000 + 500);
}

import type { TargetSpec } from './target.js';

/** Milliseconds after which a limiter of the promised size, or a usual one, has no memory of a flood. */
export function coolDownOf({ rateLimit }: Pick<TargetSpec, 'rateLimit'>): number {
  if (!rateLimit) return 0;
  return Math.max(2000, (rateLimit.burst / rateLimit.requestsPerSecond) * 1000 + 500);
}

import type { Figures } from '../../../src/bench/figures.js';

/** Figures of the whole stack, busy but sound. */
export const figures = (changes: Partial<Figures> = {}): Figures => ({
  layer: 'limit',
  title: '+ limit',
  connections: 32,
  requestsPerSecond: 4000,
  p50: 7,
  p90: 9,
  p99: 12.34,
  cpu: { gateway: 64, apis: 168 },
  busy: { stack: 0.93, others: 0.02, replica: 0.3, client: 0.5 },
  failures: {},
  ...changes,
});

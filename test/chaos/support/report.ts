import type { Tally } from '../../support/traffic.js';

/** What one case did. */
export interface CaseResult {
  name: string;
  /** null: nothing served before, so nobody asked. */
  tally: Tally | null;
  /** Milliseconds until everything was as it should be; null: it never was otherwise. */
  recovered: number | null;
}

const FAILURES_SHOWN = 3;

/** `kill -9 at step 3 of 18: 0 of 41 requests failed, back after 3.1 s` */
export function report({ name, tally, recovered }: CaseResult): void {
  const met = tally === null ? 'no traffic' : `${tally.failures.length} of ${tally.sent} requests failed`;
  const back = recovered === null ? '' : `, back after ${(recovered / 1000).toFixed(1)} s`;
  const first = tally?.failures.slice(0, FAILURES_SHOWN).map((failure) => `\n  ${failure}`) ?? [];
  console.log(`${name}: ${met}${back}${first.join('')}`);
}

/** Failures that must not be: all, or none where clients may notice. */
export const unexpected = (tally: Tally | null, unnoticed: boolean): string[] =>
  tally !== null && unnoticed ? tally.failures : [];

/** The result of some work and the milliseconds that it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; took: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, took: performance.now() - startedAt };
}

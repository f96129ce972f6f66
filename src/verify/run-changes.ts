import type { Verdict } from './check.js';
import type { VerifyReport } from './run-checks.js';

/** A check whose verdict is not what it was. */
export interface Change {
  id: string;
  from: Verdict;
  to: Verdict;
}

/** What changed from one run to the next, of the checks that both have asked. Pure. */
export function changesBetween(before: VerifyReport, after: VerifyReport): Change[] {
  const verdicts = new Map(before.results.map(({ id, verdict }) => [id, verdict]));
  return after.results.flatMap(({ id, verdict: to }) => {
    const from = verdicts.get(id);
    return from === undefined || from === to ? [] : [{ id, from, to }];
  });
}

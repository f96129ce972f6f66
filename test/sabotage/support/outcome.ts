import type { Verdict } from '../../../src/verify/check.js';
import type { CheckReport } from '../../../src/verify/run-checks.js';
import type { SabotageCase } from './sabotage-case.js';

/**
 * What became of one expectation. `caught` and `right` are as they should be; `missed`: something
 * broken was not called so; `false alarm`: something right was; `blind`: no answer where there is one;
 * `undecided`: a check that rests on timing says that the machine was too busy to tell.
 */
export type OutcomeKind = 'caught' | 'right' | 'missed' | 'false alarm' | 'blind' | 'undecided';

export interface Outcome {
  check: string;
  expected: Verdict[];
  /** `absent`: there is no such check. */
  found: Verdict | 'absent';
  kind: OutcomeKind;
  /** What the check said. */
  summary: string;
}

const COMPLAINTS = new Set<Verdict | 'absent'>(['fail', 'warn']);

/** Compares what the checks said with what is right. Pure. */
export function judge(
  { expect, timed }: Pick<SabotageCase, 'expect' | 'timed'>,
  results: readonly Pick<CheckReport, 'id' | 'verdict' | 'summary' | 'retry'>[],
): Outcome[] {
  return Object.entries(expect).map(([check, verdicts]) => {
    const result = results.find(({ id }) => id === check);
    const expected = [verdicts].flat();
    const found = result?.verdict ?? 'absent';
    const isUndecided = timed === true && found === 'inconclusive' && result?.retry === true;
    const kind = isUndecided && !expected.includes(found) ? 'undecided' : kindOf(expected, found);
    return { check, expected, found, kind, summary: result?.summary ?? 'there is no such check' };
  });
}

function kindOf(expected: Verdict[], found: Verdict | 'absent'): OutcomeKind {
  const isBroken = expected.includes('fail');
  if (found !== 'absent' && expected.includes(found)) return isBroken ? 'caught' : 'right';
  if (isBroken) return 'missed';
  return COMPLAINTS.has(found) ? 'false alarm' : 'blind';
}

/** Neither wrong nor blind. */
export const isGood = ({ kind }: Outcome): boolean => kind === 'caught' || kind === 'right' || kind === 'undecided';

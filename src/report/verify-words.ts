import type { Verdict } from '../verify/check.js';
import type { CheckReport, VerifyReport } from '../verify/run-checks.js';
import { count } from '../words.js';

/** Verdicts must be told apart without colours. */
export const VERDICT_MARKS: Record<Verdict, string> = { pass: '✓', fail: '✗', warn: '!', inconclusive: '?', skip: '-' };

/** `1.2 s` of milliseconds. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** `18 passed, 1 failed, 1 skipped`: what there is none of is left out, but for what passed. */
export const countsOf = ({ pass, fail, warn, inconclusive, skip }: VerifyReport['summary']): string =>
  [
    `${pass} passed`,
    ...(fail > 0 ? [`${fail} failed`] : []),
    ...(warn > 0 ? [count(warn, 'warning')] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
    ...(skip > 0 ? [`${skip} skipped`] : []),
  ].join(', ');

/** It must be looked at: it did not pass, and its question did arise. */
export const isRemarkable = ({ verdict }: Pick<CheckReport, 'verdict'>): boolean =>
  verdict !== 'pass' && verdict !== 'skip';

/** What the whole run comes to, in a sentence. */
export function conclusionOf({ summary, strict }: VerifyReport): string {
  const { pass, fail, inconclusive, skip } = summary;
  if (fail > 0) return `${count(fail, 'promise')} ${fail === 1 ? 'is' : 'are'} not kept.`;
  if (strict && inconclusive + skip > 0) {
    return `${count(inconclusive + skip, 'check')} without an answer: with --strict that is a failure.`;
  }
  if (inconclusive > 0) return 'What is inconclusive could not be told: it may hold or not.';
  return pass > 0 ? 'Everything that was asked holds.' : 'Nothing was asked.';
}

import type { CheckResult, Exchange, Expectation } from './check.js';
import { outcomeOf, type Reply } from './reply.js';

type Evidence = Pick<CheckResult, 'summary' | 'expectations' | 'exchanges' | 'facts' | 'hint'>;

/** The verdict that the expectations make. Without any there is nothing that could have passed. */
export function conclude(evidence: Evidence): CheckResult {
  return { ...evidence, verdict: verdictOf(evidence.expectations) };
}

function verdictOf(expectations: Expectation[]): CheckResult['verdict'] {
  if (expectations.length === 0) return 'inconclusive';
  const unmet = expectations.filter(({ ok }) => !ok);
  if (unmet.some(({ advisory }) => !advisory)) return 'fail';
  return unmet.length > 0 ? 'warn' : 'pass';
}

/** The question could not be answered. */
export const inconclusive = (summary: string, exchanges: Exchange[] = [], hint?: string): CheckResult => ({
  verdict: 'inconclusive',
  summary,
  expectations: [],
  exchanges,
  ...(hint === undefined ? {} : { hint }),
});

/** The question does not arise. */
export const skipped = (reason: string): CheckResult => ({
  verdict: 'skip',
  summary: reason,
  expectations: [],
  exchanges: [],
});

/** The first request that nothing came back for decides that nothing can be said. */
export function unanswered(replies: Reply[]): CheckResult | null {
  const silent = replies.find(({ status }) => status === null);
  return silent ? inconclusive(outcomeOf(silent), [silent.exchange]) : null;
}

export const expectation = (ok: boolean, expected: string, found: string): Expectation => ({ expected, found, ok });

/** Like `expectation`, but unmet it only warns. */
export const advice = (ok: boolean, expected: string, found: string): Expectation => ({
  expected,
  found,
  ok,
  advisory: true,
});

export const exchangesOf = (replies: Reply[]): Exchange[] => replies.map(({ exchange }) => exchange);

import { visible } from '../report/print.js';
import type { Check, CheckResult, Expectation } from '../verify/check.js';
import type { CheckReport } from '../verify/run-checks.js';

/**
 * A row of the report about what was seen before the checks. Its texts come from the submission,
 * and are kept from steering a terminal.
 * @param duration milliseconds
 */
export const rowOf = (
  { id, title, severity }: Pick<Check, 'id' | 'title' | 'severity'>,
  result: CheckResult,
  duration: number,
): CheckReport => ({
  id,
  title,
  severity,
  objective: 0,
  ...cleaned(result),
  duration: Math.round(duration),
  earlier: [],
});

const cleaned = ({ summary, expectations, facts, ...result }: CheckResult): CheckResult => ({
  ...result,
  summary: visible(summary),
  expectations: expectations.map(cleanedExpectation),
  ...(facts ? { facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, visible(value)])) } : {}),
});

const cleanedExpectation = ({ expected, found, ...expectation }: Expectation): Expectation => ({
  ...expectation,
  expected: visible(expected),
  found: visible(found),
});

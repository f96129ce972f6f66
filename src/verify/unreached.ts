import { ExitCode, type FortressError } from '../errors.js';
import type { Check } from './check.js';
import { inconclusive } from './conclude.js';
import { countVerdicts, labelsOf, type VerifyReport } from './run-checks.js';

/**
 * What is to be reported of a target that did not answer at all: nothing is known of any promise.
 * @param url of the target, when somebody named it
 */
export function unreachedReport(
  { message, why, hint }: Pick<FortressError, 'message' | 'why' | 'hint'>,
  checks: readonly Check[],
  url: string | undefined,
): VerifyReport {
  const reason = inconclusive([message, why].filter((part) => part !== undefined).join(': '), [], hint);
  const results = checks.map((check) => ({ ...labelsOf(check), ...reason, duration: 0, earlier: [] }));
  return {
    target: url === undefined ? null : { https: url, http: url },
    startedAt: new Date().toISOString(),
    duration: 0,
    results,
    summary: countVerdicts(results),
    exitCode: ExitCode.unreachable,
  };
}

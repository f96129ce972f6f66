import type { ResolvedConfig } from '../config/resolved.js';
import type { Reporter } from '../report/reporter.js';
import { CHECKS } from '../verify/checks/index.js';
import { runChecks } from '../verify/run-checks.js';
import { promisedBy } from '../verify/select-checks.js';
import { openTarget } from '../verify/target.js';
import type { Judgement } from './converge.js';
import { ownStack } from './verify-target.js';

/**
 * Whether the project's own stack keeps its promises: what fails is a complaint; what cannot be told is none.
 * @param reporter null: only the outcome counts
 */
export async function judgeByVerify(
  config: ResolvedConfig,
  reporter: Reporter | null,
  signal: AbortSignal,
): Promise<Judgement> {
  const { spec, engine } = await ownStack({ config });
  const target = openTarget(spec, { engine });
  try {
    const checks = promisedBy(spec, CHECKS);
    reporter?.onRunStart?.({ https: spec.https }, checks);
    const report = await runChecks(target, checks, {
      signal,
      events: { started: (check) => reporter?.onCheckStart?.(check), finished: (done) => reporter?.onCheckEnd?.(done) },
    });
    reporter?.onRunEnd?.(report);
    const failed = report.results.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
    return { complaint: failed.length === 0 ? null : `verify found broken promises: ${failed.join(', ')}` };
  } finally {
    await target.close();
  }
}

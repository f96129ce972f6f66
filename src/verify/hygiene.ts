import type { CheckResult, Expectation } from './check.js';
import { advice, conclude, expectation, skipped } from './conclude.js';
import type { DeployedContainer, Deployment } from './deployment.js';

interface Rule {
  expected: string;
  /** Which containers the rule is for. */
  concerns(container: DeployedContainer): boolean;
  /** What is wrong with one: "runs as root"; null: nothing. */
  problem(container: DeployedContainer): string | null;
  hint: string;
}

/** Good practice that no exam asks for: it warns, and never fails. Pure. */
export const judgeHygiene = (deployment: Deployment, rule: Rule): CheckResult => judge(deployment, rule, advice);

/** What fortress promises of every container that it makes: it fails. Pure. */
export const judgeConfinement = (deployment: Deployment, rule: Rule): CheckResult =>
  judge(deployment, rule, expectation);

function judge(
  deployment: Deployment,
  { expected, concerns, problem, hint }: Rule,
  expect: (ok: boolean, expected: string, found: string) => Expectation,
): CheckResult {
  if ('unknown' in deployment) return skipped(`nothing is known of the containers: ${deployment.unknown}`);
  const concerned = deployment.containers.filter(concerns);
  if (concerned.length === 0) return skipped('no such container runs');
  const problems = concerned.flatMap((container) => {
    const found = problem(container);
    return found === null ? [] : [`${container.name} ${found}`];
  });
  return conclude({
    summary: `${concerned.length - problems.length} of ${concerned.length} containers`,
    expectations: [expect(problems.length === 0, expected, problems.join('; ') || 'yes')],
    exchanges: [],
    hint,
  });
}

/** Several faults as one: "runs privileged, adds SYS_ADMIN"; null where there is none. */
export const together = (faults: readonly (string | false)[]): string | null =>
  faults.filter((fault) => fault !== false).join(', ') || null;

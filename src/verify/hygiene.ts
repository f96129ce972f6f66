import type { CheckResult } from './check.js';
import { advice, conclude, skipped } from './conclude.js';
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
export function judgeHygiene(deployment: Deployment, { expected, concerns, problem, hint }: Rule): CheckResult {
  if ('unknown' in deployment) return skipped(`nothing is known of the containers: ${deployment.unknown}`);
  const concerned = deployment.containers.filter(concerns);
  if (concerned.length === 0) return skipped('no such container runs');
  const problems = concerned.flatMap((container) => {
    const found = problem(container);
    return found === null ? [] : [`${container.name} ${found}`];
  });
  return conclude({
    summary: `${concerned.length - problems.length} of ${concerned.length} containers`,
    expectations: [advice(problems.length === 0, expected, problems.join('; ') || 'yes')],
    exchanges: [],
    hint,
  });
}

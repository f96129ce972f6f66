import { isWait, type Effect, type Operation, type Plan, type RolloutStep } from '../plan/operation.js';
import { bySubject, summarize, verb } from './plan-words.js';

/**
 * A plan for people: one line for each thing that is touched, with what is done to it, why, and what
 * that means for those who use the stack. Waiting is left out: it changes nothing.
 */
export function formatPlan(plan: Plan): string {
  const lines = [...bySubject(plan)].flatMap(([subject, operations]) => formatSubject(subject, operations));
  const ways = plan.rollouts.map((step) => `  ${formatRollout(step)}`);
  return [...lines, ...ways, lines.length > 0 ? `\n${summarize(plan)}` : summarize(plan)].join('\n');
}

/** "api-v1: new replicas start first, 1 at a time in 3 steps" */
function formatRollout({ service, order, batch, steps, because }: RolloutStep): string {
  const way =
    order === 'start-first' ? 'new replicas start before old ones stop' : 'old replicas stop before new ones start';
  const pace = steps > 1 ? `${batch} at a time in ${steps} steps` : 'all at once';
  return `${service}: ${way}, ${pace}${because === null ? '' : ` (${because})`}`;
}

function formatSubject(subject: string, all: Operation[]): string[] {
  const operations = all.filter(({ call }) => !isWait(call));
  const [first] = operations;
  if (!first) return [];
  const effect = operations
    .map((operation) => operation.effect)
    .find((one): one is Exclude<Effect, 'none'> => one !== 'none');
  const verbs = counted(operations.map(({ call }) => verb(call)));
  return [`  ${sign(operations)} ${subject}: ${verbs} (${first.cause})${effect === undefined ? '' : ` [${effect}]`}`];
}

/** "create, start"; "reload 3 times" */
const counted = (verbs: string[]): string =>
  [...new Set(verbs)]
    .map((one) => {
      const times = verbs.filter((other) => other === one).length;
      return times > 1 ? `${one} ${times} times` : one;
    })
    .join(', ');

function sign(operations: Operation[]): '+' | '-' | '~' {
  const verbs = operations.map(({ call }) => verb(call));
  if (verbs.includes('create') || verbs.includes('get')) return '+';
  return verbs.includes('remove') ? '-' : '~';
}

/** A plan for programs. Files appear with their hash only. */
export const planToJson = ({ project, operations, rollouts }: Plan): object => ({
  project,
  rollouts,
  operations: operations.map(({ id, after, cause, effect, call }) => ({ id, kind: call.kind, after, cause, effect })),
});

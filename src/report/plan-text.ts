import { isWait, type Effect, type Operation, type Plan } from '../plan/operation.js';
import { bySubject, summarize, verb } from './plan-words.js';

/**
 * A plan for people: one line for each thing that is touched, with what is done to it, why, and what
 * that means for those who use the stack. Waiting is left out: it changes nothing.
 */
export function formatPlan(plan: Plan): string {
  const lines = [...bySubject(plan)].flatMap(([subject, operations]) => formatSubject(subject, operations));
  return [...lines, lines.length > 0 ? `\n${summarize(plan)}` : summarize(plan)].join('\n');
}

function formatSubject(subject: string, all: Operation[]): string[] {
  const operations = all.filter(({ call }) => !isWait(call));
  const [first] = operations;
  if (!first) return [];
  const effect = operations
    .map((operation) => operation.effect)
    .find((one): one is Exclude<Effect, 'none'> => one !== 'none');
  const verbs = operations.map(({ call }) => verb(call)).join(', ');
  return [`  ${sign(operations)} ${subject}: ${verbs} (${first.cause})${effect === undefined ? '' : ` [${effect}]`}`];
}

function sign(operations: Operation[]): '+' | '-' | '~' {
  const verbs = operations.map(({ call }) => verb(call));
  if (verbs.includes('create') || verbs.includes('get')) return '+';
  return verbs.includes('remove') ? '-' : '~';
}

/** A plan for programs. Files appear with their hash only. */
export const planToJson = ({ project, operations }: Plan): object => ({
  project,
  operations: operations.map(({ id, after, cause, effect, call }) => ({ id, kind: call.kind, after, cause, effect })),
});

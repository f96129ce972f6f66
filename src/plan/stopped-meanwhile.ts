import type { Observed } from './observed.js';
import { isWait, subjectOf, type Plan } from './operation.js';

/**
 * Containers that ran when a plan was made and were to go on, and run no more: somebody else has stopped
 * them, as the engine does when a command was killed that had just asked for it. Pure.
 * @param before what the plan was made from
 * @returns names
 */
export function stoppedMeanwhile(plan: Plan, before: Observed, now: Observed): string[] {
  const touched = new Set(plan.operations.flatMap(({ call }) => (isWait(call) ? [] : [subjectOf(call)])));
  const running = new Set(now.containers.flatMap(({ name, state }) => (state === 'running' ? [name] : [])));
  return before.containers
    .filter(({ name, state }) => state === 'running' && !touched.has(name) && !running.has(name))
    .map(({ name }) => name);
}

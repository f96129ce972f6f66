import type { Verdict } from '../../../src/verify/check.js';
import type { StudentStack } from './student-stack.js';

/** A stack with one thing changed, and what the checks must say of it. */
export interface SabotageCase {
  id: string;
  /** `sabotage`: a promise is broken. `variant`: done in another way, but done. */
  kind: 'sabotage' | 'variant';
  /** What is changed, in a few words. */
  what: string;
  change: (stack: StudentStack) => StudentStack | Promise<StudentStack>;
  /** The verdicts that are right, by check; only these checks are run. */
  expect: Record<string, Verdict | Verdict[]>;
  /** Part of the subset that `make test` runs. */
  fast?: true;
  /** Its verdict rests on timing: the repeat mode runs it many times. */
  timed?: true;
}

/** Several changes, one after the other. */
export const all =
  (...changes: SabotageCase['change'][]): SabotageCase['change'] =>
  async (stack) => {
    let changed = stack;
    for (const change of changes) changed = await change(changed);
    return changed;
  };

/**
 * Replaces texts of nginx.conf.
 * @throws Error when a text is not there exactly once: the case would not be what it says
 */
export const edit =
  (...changes: [from: string, to: string][]): SabotageCase['change'] =>
  (stack) => ({
    ...stack,
    nginxConf: changes.reduce((conf, [from, to]) => replaceOnce(conf, from, to), stack.nginxConf),
  });

function replaceOnce(text: string, from: string, to: string): string {
  const [before, after, ...more] = text.split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`nginx.conf should hold ${JSON.stringify(from)} exactly once`);
  }
  return before + to + after;
}

/** Changes what verify is told of the stack, as its flags would. */
export const told =
  (promise: StudentStack['promise']): SabotageCase['change'] =>
  (stack) => ({ ...stack, promise: { ...stack.promise, ...promise } });

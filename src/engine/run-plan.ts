import { FortressError } from '../errors.js';
import { isFinal, subjectOf, type Call, type Operation, type Plan } from '../plan/operation.js';
import type { Engine } from './engine.js';

/** What a reporter is told while a plan is carried out. */
export interface PlanEvents {
  started(operation: Operation): void;
  progress(operation: Operation, line: string): void;
  finished(operation: Operation, milliseconds: number): void;
  failed(operation: Operation, error: unknown): void;
  /** Something is taken back after a failure. */
  undoing(operation: Operation, call: Call): void;
}

/** Engine calls under way at once; more only queue inside the engine. */
const CONCURRENCY = 8;

/**
 * Carries out a plan: each operation as soon as those it comes after are done. When one fails (or
 * the signal aborts) no more are started, those under way are awaited, and what the plan says can be
 * taken back is taken back in reverse order; but not what something final was built on: new replicas
 * stay once the gateway uses them, a new gateway stays once the old one is gone.
 * @throws the first error; operations that were not reached are not carried out
 */
export async function runPlan(plan: Plan, engine: Engine, events: PlanEvents, signal: AbortSignal): Promise<void> {
  const done: Operation[] = [];
  const waiting = new Set(plan.operations);
  const running = new Map<Operation, Promise<void>>();
  let failure: { error: unknown } | undefined;
  /** Containers that failed and were tidied up: they are kept, for their logs. */
  const kept = new Set<string>();

  const run = async (operation: Operation): Promise<void> => {
    const startedAt = performance.now();
    events.started(operation);
    try {
      await engine.execute(operation.call, (line) => events.progress(operation, line), signal);
      done.push(operation);
      events.finished(operation, performance.now() - startedAt);
    } catch (error) {
      failure ??= { error };
      events.failed(operation, error);
      if (operation.cleanup) {
        if (!signal.aborted) kept.add(subjectOf(operation.call));
        await takeBack(operation, operation.cleanup, engine, events);
      }
    } finally {
      running.delete(operation);
    }
  };

  const open = new Set(plan.operations.map(({ id }) => id));
  while (waiting.size > 0 || running.size > 0) {
    if (signal.aborted) failure ??= { error: signal.reason };
    for (const { id } of done) open.delete(id);
    if (!failure) {
      for (const operation of waiting) {
        if (running.size >= CONCURRENCY) break;
        if (operation.after.some((id) => open.has(id))) continue;
        waiting.delete(operation);
        running.set(operation, run(operation));
      }
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (failure) {
    const failed: string[] = [];
    const revoked = revocable(done).filter(({ call }) => !kept.has(subjectOf(call)));
    for (const operation of revoked) {
      if (operation.undo && !(await takeBack(operation, operation.undo, engine, events))) {
        failed.push(`${operation.undo.kind} ${subjectOf(operation.undo)}`);
      }
    }
    throw withAftermath(
      failure.error,
      revoked.some(({ undo }) => undo !== null),
      failed,
    );
  }
  if (waiting.size > 0) throw new Error(`plan has a cycle: ${[...waiting].map(({ id }) => id).join(', ')}`);
}

/** Last done first, without what final operations were built on. */
function revocable(done: Operation[]): Operation[] {
  const kept = new Set<string>();
  return done.toReversed().filter((operation) => {
    const stays = kept.has(operation.id) || isFinal(operation);
    if (stays) for (const id of operation.after) kept.add(id);
    return !stays;
  });
}

/**
 * Taking back must go on whatever happens: what could not be taken back is found by the next run.
 * @returns whether it worked
 */
async function takeBack(operation: Operation, call: Call, engine: Engine, events: PlanEvents): Promise<boolean> {
  events.undoing(operation, call);
  return engine
    .execute(call, () => undefined, new AbortController().signal)
    .then(
      () => true,
      () => false,
    );
}

/** The error, with what became of the stack. */
function withAftermath(error: unknown, tookBack: boolean, failed: string[]): unknown {
  if (!(error instanceof FortressError) || (!tookBack && failed.length === 0)) return error;
  const { code, exitCode, message, why, hint } = error;
  const aftermath =
    failed.length > 0
      ? `this could not be taken back: ${failed.join(', ')}`
      : 'what ran before runs on, nothing was lost';
  return new FortressError(code, exitCode, message, {
    why,
    hint: hint === undefined ? aftermath : `${hint}; ${aftermath}`,
    cause: error,
  });
}

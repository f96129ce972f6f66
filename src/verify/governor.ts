import { setTimeout as sleep } from 'node:timers/promises';

export interface Governor {
  /** Runs the task when it is its turn: one at a time, and never sooner than the pace allows. */
  turn<T>(task: () => Promise<T>): Promise<T>;
  /** No task is running or waiting. */
  idle(): boolean;
}

/**
 * Keeps everything that counts against the target's rate limit below it. One for all checks,
 * because `limit_req` comes before authentication: two checks at once would trip it for each other.
 * @param pace milliseconds between the starts of two tasks
 */
export function createGovernor(pace: number): Governor {
  let queue: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let nextStart = 0;

  const start = async <T>(task: () => Promise<T>): Promise<T> => {
    const wait = nextStart - performance.now();
    if (wait > 0) await sleep(wait);
    nextStart = performance.now() + pace;
    return task();
  };

  return {
    turn: <T>(task: () => Promise<T>) => {
      waiting += 1;
      const result = queue.then(() => start(task)).finally(() => (waiting -= 1));
      queue = result.catch(() => undefined);
      return result;
    },
    idle: () => waiting === 0,
  };
}

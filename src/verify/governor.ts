import { setTimeout as sleep } from 'node:timers/promises';

export interface Governor {
  /** Runs the task when it is its turn: one at a time, and never sooner than the pace allows. */
  turn<T>(task: () => Promise<T>): Promise<T>;
  /** No task is running or waiting. */
  idle(): boolean;
  /** Milliseconds between two starts, as of now. */
  pace(): number;
  /** From now on the slow pace: the target did not take the usual one. */
  slowDown(): void;
}

/** Milliseconds between the starts of two tasks. */
export interface Paces {
  usual: number;
  slow: number;
}

/**
 * Keeps everything that counts against the target's rate limit below it. One for all checks,
 * because `limit_req` comes before authentication: two checks at once would trip it for each other.
 */
export function createGovernor({ usual, slow }: Paces): Governor {
  let queue: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let nextStart = 0;
  let pace = usual;

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
    pace: () => pace,
    slowDown: () => {
      pace = slow;
    },
  };
}

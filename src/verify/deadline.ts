/** When a run has to be over. */
export interface Deadline {
  passed(): boolean;
  /** What it comes to; null when time is up before: then it is no longer waited for. */
  within<T>(work: Promise<T>): Promise<T | null>;
  /** Lets go of the clock. */
  cancel(): void;
}

/**
 * Starts the clock.
 * @param seconds from now; null: there is no end
 */
export function startDeadline(seconds: number | null): Deadline {
  let hasPassed = false;
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<null>((resolve) => {
    if (seconds === null) return;
    timer = setTimeout(() => {
      hasPassed = true;
      resolve(null);
    }, seconds * 1000);
  });
  return {
    passed: () => hasPassed,
    within: (work) => Promise.race([work, timeIsUp]),
    cancel: () => clearTimeout(timer),
  };
}

import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits within a check. It does not keep the process alive, the run of checks does that: so nothing
 * lingers behind a check that was given up at the end of `--timeout`.
 * @param milliseconds how long
 */
export const pause = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { ref: false });

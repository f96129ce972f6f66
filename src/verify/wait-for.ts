import { pause } from './pause.js';

/**
 * Looks again until it is enough or time is up; returns what was seen last.
 * @param pause `every`: milliseconds between looks; `within`: milliseconds after which the last look counts
 */
export async function waitFor<T>(
  look: () => Promise<T>,
  isEnough: (seen: T) => boolean,
  { every, within }: { every: number; within: number },
): Promise<T> {
  const deadline = performance.now() + within;
  let seen = await look();
  while (!isEnough(seen) && performance.now() < deadline) {
    await pause(every);
    seen = await look();
  }
  return seen;
}

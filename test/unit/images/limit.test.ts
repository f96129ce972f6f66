import { expect, it } from 'vitest';
import { limitTo } from '../../../src/images/limit.js';

it('runs no more than the limit at once, all in the end, and goes on after a failure', async () => {
  const limit = limitTo(2);
  let running = 0;
  let most = 0;
  const finished: number[] = [];
  const task = (number: number) => async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    if (number === 0) throw new Error('broken');
    finished.push(number);
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((number) => limit(task(number))));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(most).toBe(2);
  expect(finished.toSorted()).toEqual([1, 2, 3, 4]);
});

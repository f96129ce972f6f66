import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLimit } from '../../../src/train/limit.js';

test('runs no more jobs at a time than it may, and all of them, also after a failure', async () => {
  const limit = createLimit(2);
  let running = 0;
  let most = 0;
  const jobs = Array.from({ length: 6 }, (_, number) =>
    limit(async () => {
      running += 1;
      most = Math.max(most, running);
      await setTimeout(2);
      running -= 1;
      if (number === 1) throw new Error('one');
      return number;
    }),
  );
  const results = await Promise.allSettled(jobs);
  expect(most).toBe(2);
  expect(await limit(() => Promise.resolve('later'))).toBe('later');
  expect(results.map(({ status }) => status).filter((status) => status === 'fulfilled')).toHaveLength(5);
});

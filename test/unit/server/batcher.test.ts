import { expect, test } from 'vitest';
import { createBatcher } from '../../../src/server/batcher.js';

function recorder(): { batches: number[][]; enqueue: (input: number) => Promise<number> } {
  const batches: number[][] = [];
  const enqueue = createBatcher((inputs: number[]) => {
    batches.push(inputs);
    if (inputs.includes(13)) throw new Error('unlucky');
    return inputs.map((input) => input * 2);
  });
  return { batches, enqueue };
}

test('runs the inputs of one turn together and gives each its own output', async () => {
  const { batches, enqueue } = recorder();
  expect(await Promise.all([1, 2, 3].map(enqueue))).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('what comes after a batch was run goes into the next one', async () => {
  const { batches, enqueue } = recorder();
  expect([await enqueue(1), await enqueue(2)]).toEqual([2, 4]);
  expect(batches).toEqual([[1], [2]]);
});

test('a bad input fails alone', async () => {
  const { enqueue } = recorder();
  const results = await Promise.allSettled([1, 13, 3].map(enqueue));
  expect(results).toMatchObject([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: { message: 'unlucky' } },
    { status: 'fulfilled', value: 6 },
  ]);
  expect(await enqueue(4)).toBe(8);
});

test('a lonely bad input is run once', async () => {
  const { batches, enqueue } = recorder();
  await expect(enqueue(13)).rejects.toThrow('unlucky');
  expect(batches).toEqual([[13]]);
});

test('too few outputs are an error, not somebody else’s answer', async () => {
  const enqueue = createBatcher((inputs: number[]) => inputs.slice(1));
  const results = await Promise.allSettled([1, 2].map(enqueue));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

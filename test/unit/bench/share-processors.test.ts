import { expect, test } from 'vitest';
import { shareProcessors } from '../../../src/bench/share-processors.js';

test.each([
  [2, 1],
  [3, 1],
  [4, 1],
  [8, 2],
  [16, 4],
])('of %i processors the client has %i, and each belongs to one of the two', (count, client) => {
  const shares = shareProcessors({ count, canPin: true });
  if (typeof shares === 'string') throw new Error(shares);
  expect(shares.client).toHaveLength(client);
  expect([...shares.stack, ...shares.client]).toEqual(Array.from({ length: count }, (_, number) => number));
});

test('says why they cannot be shared out', () => {
  expect(shareProcessors({ count: 1, canPin: true })).toMatch(/one processor/);
  expect(shareProcessors({ count: 8, canPin: false })).toMatch(/cpusets/);
});

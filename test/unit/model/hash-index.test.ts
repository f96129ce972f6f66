import { expect, test } from 'vitest';
import { createHashIndex } from '../../../src/model/hash-index.js';

test('numbers hashes in order of arrival and finds them again', () => {
  const index = createHashIndex();
  expect([7, -3, 0, 7].map((hash) => index.intern(hash))).toEqual([0, 1, 2, 0]);
  expect(index.find(-3)).toBe(1);
  expect(index.find(8)).toBe(-1);
});

test('keeps every number while it grows', () => {
  const index = createHashIndex(1);
  const hashes = Array.from({ length: 5000 }, (_, n) => Math.imul(n, 0x01_00_01_93));
  for (const hash of hashes) index.intern(hash);
  expect(hashes.every((hash, number) => index.find(hash) === number)).toBe(true);
  expect(index.intern(-1)).toBe(5000);
});

import { expect, test } from 'vitest';
import { countDuplicates } from '../../../src/train/duplicates.js';

test('counts texts that occur several times, and those with different labels', () => {
  const texts = ['a', 'b', 'a', 'c', 'b', 'a', 'd'];
  expect(countDuplicates({ texts, classes: Int32Array.of(0, 1, 0, 1, 0, 0, 1) })).toEqual({
    groups: 2,
    conflicting: 1,
  });
});

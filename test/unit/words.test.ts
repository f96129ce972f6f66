import { expect, test } from 'vitest';
import { count } from '../../src/words.js';

test.each([
  [0, '0 rounds'],
  [1, '1 round'],
  [2, '2 rounds'],
])('%i', (number, words) => {
  expect(count(number, 'round')).toBe(words);
});

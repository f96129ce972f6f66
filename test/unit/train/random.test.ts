import { expect, test } from 'vitest';
import { seededRandom, shuffle } from '../../../src/train/random.js';

const take = (seed: number, count: number): number[] => Array.from({ length: count }, seededRandom(seed));

test('the same seed gives the same numbers in [0, 1), another seed others', () => {
  const numbers = take(7, 1000);
  expect(numbers).toEqual(take(7, 1000));
  expect(numbers).not.toEqual(take(8, 1000));
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(numbers.reduce((sum, number) => sum + number, 0) / 1000).toBeCloseTo(0.5, 1);
});

test('shuffle keeps every item and moves most of them', () => {
  const items = Int32Array.from({ length: 100 }, (_, n) => n);
  shuffle(items, seededRandom(1));
  expect(items.toSorted()).toEqual(Int32Array.from({ length: 100 }, (_, n) => n));
  expect(items.filter((item, place) => item === place).length).toBeLessThan(10);
});

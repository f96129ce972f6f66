import { expect, test } from 'vitest';
import { median, rotated, shareOut, sumCounts } from '../../../src/bench/statistics.js';

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 4])).toBe(4.5);
});

test('each round begins with another one, and has all', () => {
  expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
});

test('counts are added up by key', () => {
  expect(sumCounts([{ 503: 2 }, { 503: 1, ECONNRESET: 4 }, {}])).toEqual({ 503: 3, ECONNRESET: 4 });
});

test('connections are shared out, to no more processes than there are connections', () => {
  expect(shareOut(32, 3)).toEqual([10, 11, 11]);
  expect(shareOut(2, 4)).toEqual([1, 1]);
});

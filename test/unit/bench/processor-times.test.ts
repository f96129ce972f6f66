import { expect, test } from 'vitest';
import { readProcessorTimes, shareOfOthers } from '../../../src/bench/processor-times.js';

test('others have what was used and is not the stack’s', () => {
  const before = { busy: 1000, all: 10_000 };
  expect(shareOfOthers(before, { busy: 2800, all: 12_000 }, 1.4)).toBeCloseTo(0.2);
  expect(shareOfOthers(before, { busy: 2000, all: 12_000 }, 1.001)).toBe(0);
});

test('processors work some of the time that they exist; those that are not there do nothing', () => {
  const { busy, all } = readProcessorTimes([0]);
  expect(busy).toBeGreaterThan(0);
  expect(all).toBeGreaterThanOrEqual(busy);
  expect(readProcessorTimes([100_000])).toEqual({ busy: 0, all: 0 });
});

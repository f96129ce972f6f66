import { expect, test } from 'vitest';
import { createCounter, merge, percentile } from '../../../src/bench/histogram.js';

function counted(latencies: number[]) {
  const counter = createCounter();
  for (const latency of latencies) counter.add(latency);
  return counter.result();
}

test('percentiles are those of the values, within half a percent', () => {
  const latencies = Array.from({ length: 10_000 }, (_, index) => 0.05 + index * 0.01);
  const histogram = counted(latencies.toReversed());
  for (const share of [0.01, 0.5, 0.9, 0.99, 1]) {
    const exact = latencies[Math.ceil(share * latencies.length) - 1] ?? 0;
    expect(Math.abs(percentile(histogram, share) / exact - 1)).toBeLessThan(0.006);
  }
});

test('merged histograms are that of all values', () => {
  const one = [1, 2, 2, 50];
  const other = [2, 3, 400];
  const merged = merge([counted(one), counted(other)]);
  expect(new Map(merged)).toEqual(new Map(counted([...one, ...other])));
  expect(percentile(merged, 1)).toBeCloseTo(400, -1);
});

test('of nothing there is no percentile, and what is faster than a microsecond counts as one', () => {
  expect(percentile([], 0.5)).toBeNaN();
  expect(percentile(counted([0]), 0.5)).toBe(0.001);
});

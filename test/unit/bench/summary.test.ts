import { expect, test } from 'vitest';
import { compare, summarize, type Round } from '../../../bench/summary.js';
import type { Target } from '../../../bench/targets/target.js';

const target: Target = { name: 'bare', title: 'bare node:http', start: () => Promise.reject(new Error('not here')) };

const round = (connections: number, requests: number, cpuSeconds: number): Round => ({
  connections,
  requests,
  cpuSeconds,
  seconds: 2,
  p50: 1000 / requests,
  p99: 5000 / requests,
});

test('takes medians per number of connections, each of its own rounds', () => {
  const rounds = [round(1, 100, 1), round(1, 300, 1), round(1, 200, 1), round(8, 1000, 2)];
  const { figures, readySeconds } = summarize(target, [0.3, 0.9, 0.4], 1, rounds);
  expect(readySeconds).toBe(0.4);
  expect(figures.map(({ connections, requestsPerSecond }) => [connections, requestsPerSecond])).toEqual([
    [1, 100],
    [8, 500],
  ]);
  expect(figures[1]).toMatchObject({ cpuMicrosecondsPerRequest: 2000, coreShare: 1, p50Milliseconds: 1 });
});

test('compares by requests per second and by requests per CPU time', () => {
  const fast = summarize(target, [1], 1, [round(8, 4000, 2)]);
  const slow = summarize(target, [1], 1, [round(8, 200, 1), round(32, 200, 1)]);
  expect(compare(fast, slow)).toEqual([{ connections: 8, requestsPerSecond: 20, cpuPerRequest: 10 }]);
});

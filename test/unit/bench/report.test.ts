import { expect, test } from 'vitest';
import { formatResult, toDocument, type BenchResult } from '../../../bench/report.js';
import type { TargetResult } from '../../../bench/summary.js';
import type { TargetName } from '../../../bench/targets/target.js';

const measured = (name: TargetName, title: string, requestsPerSecond: number): TargetResult => ({
  name,
  title,
  readySeconds: 0.5,
  peakMemoryBytes: 100 * 2 ** 20,
  figures: [
    {
      connections: 8,
      requestsPerSecond,
      p50Milliseconds: 1,
      p99Milliseconds: 2.345,
      cpuMicrosecondsPerRequest: 1e6 / requestsPerSecond,
      coreShare: 0.95,
    },
  ],
});

const result: BenchResult = {
  machine: { processor: 'A Processor', node: '20.0.0', loadAverage: 1 },
  targets: [measured('server', 'fortress model server', 10_000), measured('bare', 'bare node:http', 20_000)],
  missing: [{ title: 'what runs in containers', why: 'no engine' }],
};

test('shows figures, ratios of our server, and what is missing', () => {
  const text = formatResult(result);
  expect(text).toMatch(/^fortress model server +8 +10000 +1\.00 +2\.3\d +100 +95 %$/m);
  expect(text).toMatch(/^against bare node:http +8 +0\.50 × +0\.50 ×$/m);
  expect(text).toMatch(/^bare node:http +0\.50 s +100 MB$/m);
  expect(text).toContain('not measured: what runs in containers: no engine');
});

test('the JSON document has the same ratios', () => {
  expect(toDocument(result)).toMatchObject({ ratios: { bare: [{ connections: 8, requestsPerSecond: 0.5 }] } });
});

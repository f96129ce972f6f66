import { expect, test } from 'vitest';
import type { ProbeReport } from '../../../src/probe/probe.js';
import { formatProbe } from '../../../src/report/probe-text.js';

const REPORT: ProbeReport = {
  sent: 612,
  failed: 0,
  failures: [],
  reconnected: 0,
  unjudged: 0,
  p50: 4.23,
  p99: 11.6,
  seconds: 24.48,
  versions: { 'api-v1-1': 612 },
  overlap: 3210,
};

test('tells what clients noticed of a change', () => {
  expect(formatProbe(REPORT)).toBe(
    'probe: 0 of 612 requests failed (in 24.5 s, p50 4.2 ms, p99 12 ms, old and new answered side by side for 3.2 s)',
  );
  expect(formatProbe({ ...REPORT, overlap: 0, unjudged: 3, reconnected: 2 })).toBe(
    'probe: 0 of 612 requests failed (in 24.5 s, p50 4.2 ms, p99 12 ms, 2 asked again on a new connection, 3 requests say nothing of the change)',
  );
});

test('tells the first failures, and how many more there were', () => {
  const failures = ['at 3 ms: 502', 'at 43 ms: 502'];
  expect(
    formatProbe({ ...REPORT, failed: 7, failures })
      .split('\n')
      .slice(1),
  ).toEqual(['  at 3 ms: 502', '  at 43 ms: 502', '  and 5 more']);
});

test('does not call it a proof when nothing was asked', () => {
  const nothing = { ...REPORT, sent: 0, p50: null, p99: null, overlap: 0, unjudged: 9 };
  expect(formatProbe(nothing)).toBe('probe: nothing was proven (in 24.5 s, 9 requests say nothing of the change)');
});

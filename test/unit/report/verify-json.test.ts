import { describe, expect, it } from 'vitest';
import { jsonReporter } from '../../../src/report/verify-json.js';
import { makeReport, passing } from '../verify/support/results.js';

describe('jsonReporter', () => {
  it('writes one document with its version, when all is done', () => {
    const written: string[] = [];
    const reporter = jsonReporter({ write: (text) => written.push(text), isTerminal: false });
    reporter.onCheckEnd?.(makeReport('a.b', passing));
    expect(written).toEqual([]);
    reporter.onRunEnd?.({
      target: { https: 'https://localhost', http: 'http://localhost' },
      startedAt: '2030-01-01T00:00:00.000Z',
      duration: 1,
      results: [makeReport('a.b', passing)],
      summary: { pass: 1, fail: 0, warn: 0, inconclusive: 0, skip: 0 },
      exitCode: 0,
    });
    expect(written).toHaveLength(1);
    expect(JSON.parse(written.join(''))).toMatchObject({
      version: 1,
      tool: 'fortress verify',
      exitCode: 0,
      summary: { pass: 1 },
      results: [{ id: 'a.b', verdict: 'pass', expectations: [{ expected: 'a', found: 'a', ok: true }] }],
    });
  });
});

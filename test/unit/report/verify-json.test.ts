import { describe, expect, it } from 'vitest';
import { jsonReporter } from '../../../src/report/verify-json.js';
import { makeReport, passing } from '../verify/support/results.js';
import { verifyReport } from './support/sample-report.js';

describe('jsonReporter', () => {
  it('writes one document with its version, when all is done', () => {
    const written: string[] = [];
    const reporter = jsonReporter({ write: (text) => written.push(text), isTerminal: false });
    reporter.onCheckEnd?.(makeReport('a.b', passing));
    expect(written).toEqual([]);
    reporter.onRunEnd?.(verifyReport([makeReport('a.b', passing)]));
    expect(written).toHaveLength(1);
    expect(JSON.parse(written.join(''))).toMatchObject({
      version: 1,
      tool: 'fortress verify',
      exitCode: 0,
      summary: { pass: 1 },
      score: {
        points: 3,
        of: 3,
        unanswered: 0,
        percent: 100,
        objectives: [{ objective: 1, title: 'Reverse proxy', points: 3, of: 3, unanswered: 0, percent: 100 }],
      },
      results: [{ id: 'a.b', verdict: 'pass', expectations: [{ expected: 'a', found: 'a', ok: true }] }],
    });
  });
});

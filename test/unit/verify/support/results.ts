import type { Check, CheckResult } from '../../../../src/verify/check.js';
import { conclude, expectation } from '../../../../src/verify/conclude.js';
import type { Reply } from '../../../../src/verify/reply.js';
import type { CheckReport } from '../../../../src/verify/run-checks.js';

export const passing: CheckResult = conclude({
  summary: 'fine',
  expectations: [expectation(true, 'a', 'a')],
  exchanges: [],
});
export const failing: CheckResult = conclude({
  summary: 'broken',
  expectations: [expectation(false, 'a', 'b')],
  exchanges: [],
});

export const makeCheck = (id: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id,
  title: `promise of ${id}`,
  objective: 1,
  severity: 'critical',
  kind: 'paced',
  run,
  ...more,
});

export const makeReport = (id: string, result: CheckResult, more: Partial<CheckReport> = {}): CheckReport => ({
  id,
  title: `promise of ${id}`,
  objective: 1,
  severity: 'critical',
  ...result,
  duration: 1234,
  earlier: [],
  ...more,
});

export const makeReply = (status: number | null, body = '', headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
  body,
  error: status === null ? 'the connection was refused' : null,
  errorCode: status === null ? 'ECONNREFUSED' : null,
  sentAt: 0,
  doneAt: 5,
  exchange: {
    request: {
      method: 'POST',
      url: 'https://localhost/predict',
      headers: { Authorization: 'Basic ***' },
      body: '{"sentence":"hi"}',
    },
    response: status === null ? { error: 'the connection was refused' } : { status, headers, body },
    duration: 5,
  },
});

import { inconclusive, skipped } from '../../../../src/verify/conclude.js';
import { countVerdicts, exitCodeOf, type CheckReport } from '../../../../src/verify/run-checks.js';
import type { Report } from '../../../../src/report/report-subject.js';
import { failing, makeReply, makeReport, passing } from '../../verify/support/results.js';

/** A report of these checks, as a run would make it. */
export function verifyReport(results: CheckReport[], more: Partial<Report> = {}): Report {
  const summary = countVerdicts(results);
  return {
    target: { https: 'https://localhost', http: 'http://localhost' },
    startedAt: '2030-01-01T00:00:00.000Z',
    duration: 31_400,
    results,
    summary,
    exitCode: exitCodeOf(summary),
    ...more,
  };
}

/** What `grade` adds to a report when nothing ran. */
export const OF_GRADE = { tool: 'fortress grade', submission: "/tmp/team's exam.zip", target: null } as const;

/** One check of every verdict. */
export const EVERY_VERDICT: CheckReport[] = [
  makeReport('proxy.predict', passing),
  makeReport(
    'auth.ok',
    {
      ...failing,
      exchanges: [makeReply(401, '', { 'www-authenticate': 'Basic' }).exchange],
      facts: { tries: '1' },
      hint: 'look there',
    },
    { objective: 4 },
  ),
  makeReport('auth.required', inconclusive('no answer', [makeReply(null).exchange]), { objective: 4 }),
  makeReport(
    'tls.trust',
    { ...passing, verdict: 'warn', expectations: [{ expected: 'a SAN', found: 'a name', ok: false, advisory: true }] },
    { objective: 3, severity: 'major' },
  ),
  makeReport('grafana.live', skipped('there is no image'), { objective: 7, severity: 'major' }),
];

/** What a stack under test may answer, to whoever reads the report. */
export const HOSTILE = [
  `</pre><script>alert(1)</script><img src=x onerror="alert(1)">`,
  `]]> --> & 'quoted' "quoted"`,
  `\u0000\u0007\u001B[31m\u202Egnp.exe\uD800`,
  '100%0A::error::x, y # SKIP \\ | `code` [a](http://evil)',
].join(' ');

/** A check that failed, and that has hostile text everywhere where an answer may end up. */
export const HOSTILE_CHECK: CheckReport = makeReport('auth.ok', {
  verdict: 'fail',
  summary: `${HOSTILE}\n::error::injected`,
  expectations: [{ expected: HOSTILE, found: HOSTILE, ok: false }],
  exchanges: [
    {
      request: { method: 'GET', url: `http://localhost/${HOSTILE}`, headers: { 'X-Test': HOSTILE } },
      response: { status: 200, headers: { location: HOSTILE }, body: `${HOSTILE}\n${HOSTILE}` },
      duration: 1,
    },
  ],
  facts: { [HOSTILE]: HOSTILE },
  hint: HOSTILE,
});

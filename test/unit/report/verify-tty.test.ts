import { describe, expect, it } from 'vitest';
import { textReporter } from '../../../src/report/verify-tty.js';
import { inconclusive, skipped } from '../../../src/verify/conclude.js';
import { countVerdicts, exitCodeOf, type CheckReport, type VerifyReport } from '../../../src/verify/run-checks.js';
import { failing, makeCheck, makeReply, makeReport, passing } from '../verify/support/results.js';

const REPORTS: CheckReport[] = [
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
  makeReport('grafana.live', skipped('there is no image'), { objective: 7 }),
];

/** What is written for these reports, finished in the given order. */
function print(reports: CheckReport[], isTerminal = false, env: NodeJS.ProcessEnv = {}): string {
  let written = '';
  const reporter = textReporter({ write: (text) => (written += text), isTerminal }, env);
  const checks = REPORTS.map(({ id, objective }) => makeCheck(id, async () => passing, { objective }));
  reporter.onRunStart?.({ https: 'https://localhost' }, checks);
  for (const report of reports) {
    const check = checks.find(({ id }) => id === report.id);
    if (check) reporter.onCheckStart?.(check);
    reporter.onCheckEnd?.(report);
  }
  reporter.onRunEnd?.(verifyReport(reports));
  return written;
}

function verifyReport(results: CheckReport[]): VerifyReport {
  const summary = countVerdicts(results);
  const target = { https: 'https://localhost', http: 'http://localhost' };
  return {
    target,
    startedAt: '2030-01-01T00:00:00.000Z',
    duration: 31_400,
    results,
    summary,
    exitCode: exitCodeOf(summary),
  };
}

describe('textReporter', () => {
  it('groups by objective, with evidence under what did not pass', () => {
    expect(print(REPORTS)).toMatchInlineSnapshot(`
      "Verifying https://localhost: 4 checks

      Reverse proxy
        ✓ pass proxy.predict  fine (1.2 s)

      Access control
        ✗ fail auth.ok        broken (1.2 s)
            promised: promise of auth.ok
            expected a
            found    b
            tries: 1
            > POST https://localhost/predict  {"sentence":"hi"}
            > Authorization: Basic ***
            < 401  (5 ms)
            < www-authenticate: Basic
            → look there
        ? inconclusive auth.required  no answer (1.2 s)
            promised: promise of auth.required
            > POST https://localhost/predict  {"sentence":"hi"}
            > Authorization: Basic ***
            < no answer: the connection was refused  (5 ms)

      Monitoring
        - skip grafana.live   there is no image (1.2 s)

      1 passed, 1 failed, 1 inconclusive, 1 skipped in 31.4 s. See "expected" and "found" above; \`fortress logs\` shows what the containers say.
      "
    `);
  });

  it('prints an objective once, when its last check is done', () => {
    const [first, second, third, last] = REPORTS;
    const text = print([second, last, first, third].flatMap((report) => report ?? []));
    expect(text.match(/^(?:Access control|Monitoring|Reverse proxy)$/gm)).toEqual([
      'Monitoring',
      'Reverse proxy',
      'Access control',
    ]);
  });

  it('shows earlier attempts', () => {
    const second = makeReport('auth.ok', failing, { objective: 4, earlier: [inconclusive('too slow')] });
    const text = print([second, ...REPORTS.filter(({ id }) => id !== 'auth.ok')]);
    expect(text).toContain('broken (1.2 s, attempt 2)');
    expect(text).toContain('attempt 1: too slow');
  });

  it('says what to do next', () => {
    const [first] = REPORTS;
    expect(print(first ? [first] : [])).toContain('1 passed in 31.4 s. Everything that was asked holds.');
  });

  it('uses colours and a live line on a terminal only', () => {
    expect(print(REPORTS)).not.toContain('\u001B');
    expect(print(REPORTS, true)).toContain('\u001B[32m✓');
    expect(print(REPORTS, true)).toContain('proxy.predict …');
  });

  it('respects NO_COLOR', () => {
    expect(print(REPORTS, true, { NO_COLOR: '1' })).not.toContain('\u001B[32m');
  });
});

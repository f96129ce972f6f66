import { describe, expect, it } from 'vitest';
import { textReporter } from '../../../src/report/verify-tty.js';
import { inconclusive } from '../../../src/verify/conclude.js';
import type { CheckReport } from '../../../src/verify/run-checks.js';
import { failing, makeCheck, makeReport, passing } from '../verify/support/results.js';
import { EVERY_VERDICT, HOSTILE_CHECK, OF_GRADE, verifyReport } from './support/sample-report.js';

const REPORTS = EVERY_VERDICT.filter(({ verdict }) => verdict !== 'warn');

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

      Score
        Reverse proxy   3 of 3
        Access control  0 of 6  1 check without an answer
        Monitoring      0 of 0  1 check without an answer
        all             3 of 9  no grade: 2 checks without an answer

      1 passed, 1 failed, 1 inconclusive, 1 skipped in 31.4 s. 1 promise is not kept. See "expected" and "found" above, and what the containers log.
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

  it.each([
    ['of verify', {}, 'run it again with `--only`.'],
    ['of grade', OF_GRADE, 'Remove its cause and grade again.'],
  ])('says what to do about what is inconclusive: %s', (_what, more, expected) => {
    const untold = EVERY_VERDICT.filter(({ verdict }) => verdict === 'inconclusive');
    let written = '';
    textReporter({ write: (text) => (written += text), isTerminal: false }, {}).onRunEnd?.(verifyReport(untold, more));
    expect(written).toContain(expected);
  });

  it('says what being strict makes of what has no answer', () => {
    const lonely = EVERY_VERDICT.filter(({ verdict }) => verdict === 'skip');
    let written = '';
    textReporter({ write: (text) => (written += text), isTerminal: false }, {}).onRunEnd?.(
      verifyReport(lonely, { strict: true }),
    );
    expect(written).toContain('1 check without an answer: with --strict that is a failure.');
  });

  it('keeps answers from steering the terminal', () => {
    const text = print([HOSTILE_CHECK, ...REPORTS.filter(({ id }) => id !== 'auth.ok')]);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(text).not.toMatch(/^::error/m);
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

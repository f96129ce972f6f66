import { describe, expect, it } from 'vitest';
import { formatTap } from '../../../src/report/verify-tap.js';
import { EVERY_VERDICT, HOSTILE_CHECK, OF_GRADE, verifyReport } from './support/sample-report.js';

describe('formatTap', () => {
  it('names a submission that was graded', () => {
    expect(formatTap(verifyReport(EVERY_VERDICT, OF_GRADE))).toContain("\n# fortress grade of team's exam.zip, ");
  });

  it('has a test point for each check, with diagnostics where it did not pass', () => {
    expect(formatTap(verifyReport(EVERY_VERDICT))).toMatchInlineSnapshot(`
      "TAP version 14
      1..5
      # fortress verify of https://localhost, 2030-01-01T00:00:00.000Z
      ok 1 - proxy.predict: promise of proxy.predict
      not ok 2 - auth.ok: promise of auth.ok
        ---
        verdict: "fail"
        severity: "critical"
        objective: "Access control"
        message: "broken"
        contradictions:
          - "expected a"
          - "found    b"
        evidence:
          - "tries: 1"
          - "> POST https://localhost/predict  {\\"sentence\\":\\"hi\\"}"
          - "> Authorization: Basic ***"
          - "< 401  (5 ms)"
          - "< www-authenticate: Basic"
        hint: "look there"
        duration_ms: 1234
        ...
      not ok 3 - auth.required: promise of auth.required
        ---
        verdict: "inconclusive"
        severity: "critical"
        objective: "Access control"
        message: "no answer"
        evidence:
          - "> POST https://localhost/predict  {\\"sentence\\":\\"hi\\"}"
          - "> Authorization: Basic ***"
          - "< no answer: the connection was refused  (5 ms)"
        duration_ms: 1234
        ...
      ok 4 - tls.trust: promise of tls.trust
        ---
        verdict: "warn"
        severity: "major"
        objective: "HTTPS"
        message: "fine"
        contradictions:
          - "expected a SAN"
          - "found    a name"
        duration_ms: 1234
        ...
      ok 5 - grafana.live: promise of grafana.live # SKIP there is no image
      # 1 passed, 1 failed, 1 warning, 1 inconclusive, 1 skipped; 4 of 11 points, no grade: 2 checks without an answer
      "
    `);
  });

  it('lets no text begin a line, a directive or a test point of its own', () => {
    const lines = formatTap(verifyReport([{ ...HOSTILE_CHECK, title: 'not # SKIP,\n\\ neither' }])).split('\n');
    expect(lines[3]).toBe(String.raw`not ok 1 - auth.ok: not \# SKIP,�\\ neither`);
    const outside = lines.slice(4, -2);
    expect(outside.filter((line) => !line.startsWith('  '))).toEqual([]);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\u202E]/u);
  });

  it('says in one line why a check was skipped', () => {
    const skip = { ...HOSTILE_CHECK, verdict: 'skip' as const, summary: 'no image\nok 2' };
    expect(formatTap(verifyReport([skip])).split('\n')[3]).toBe(
      'ok 1 - auth.ok: promise of auth.ok # SKIP no image�ok 2',
    );
  });
});

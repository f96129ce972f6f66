import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { announceOnGithub, formatAnnotations, formatJobSummary } from '../../../src/report/verify-github.js';
import { EVERY_VERDICT, HOSTILE_CHECK, OF_GRADE, verifyReport } from './support/sample-report.js';

describe('formatAnnotations', () => {
  it('has one for each check that did not pass', () => {
    expect(formatAnnotations(verifyReport(EVERY_VERDICT))).toMatchInlineSnapshot(`
      [
        "::error title=Access control%3A auth.ok fail::promise of auth.ok%0Abroken%0Aexpected a%0Afound    b%0A→ look there",
        "::warning title=Access control%3A auth.required inconclusive::promise of auth.required%0Ano answer",
        "::warning title=HTTPS%3A tls.trust warn::promise of tls.trust%0Afine%0Aexpected a SAN%0Afound    a name",
      ]
    `);
  });

  it('makes errors of what has no answer when that is asked for', () => {
    const levels = formatAnnotations(verifyReport(EVERY_VERDICT, { strict: true })).map(
      (line) => line.split(' ', 1)[0],
    );
    expect(levels).toEqual(['::error', '::error', '::warning', '::error']);
  });

  it('keeps hostile text from ending the command and beginning another', () => {
    const [line = ''] = formatAnnotations(verifyReport([HOSTILE_CHECK]));
    expect(line).not.toMatch(/[\r\n]/);
    expect(line).toContain('100%250A::error::x');
    expect(line.split('::')[1]).toBe('error title=Reverse proxy%3A auth.ok fail');
  });
});

describe('formatJobSummary', () => {
  it('names a submission that was graded', () => {
    expect(formatJobSummary(verifyReport(EVERY_VERDICT, OF_GRADE))).toMatch(/^## fortress grade: team's exam.zip/);
  });

  it('is a table of scores and one of checks', () => {
    expect(formatJobSummary(verifyReport(EVERY_VERDICT))).toMatchInlineSnapshot(`
      "## fortress verify: https&#58;//localhost

      1 promise is not kept. 1 passed, 1 failed, 1 warning, 1 inconclusive, 1 skipped in 31.4 s.

      | objective | points | grade |
      | --- | ---: | --- |
      | Reverse proxy | 3 of 3 | 100 % |
      | HTTPS | 1 of 2 | 50 % |
      | Access control | 0 of 6 | no grade: 1 check without an answer |
      | Monitoring | 0 of 0 | no grade: 1 check without an answer |
      | all | 4 of 11 | no grade: 2 checks without an answer |

      | verdict | check | promised | seen |
      | --- | --- | --- | --- |
      | ✓ pass | proxy.predict | promise of proxy.predict | fine |
      | ✗ fail | auth.ok | promise of auth.ok | broken; expected a; found    b |
      | ? inconclusive | auth.required | promise of auth.required | no answer |
      | &#33; warn | tls.trust | promise of tls.trust | fine; expected a SAN; found    a name |
      | - skip | grafana.live | promise of grafana.live | there is no image |

      "
    `);
  });

  it('shows hostile text as it is', () => {
    const markdown = formatJobSummary(verifyReport([HOSTILE_CHECK]));
    expect(markdown).not.toMatch(/<script|<img|\[a]\(|`code`/);
    const rows = markdown.split('\n').filter((line) => line.startsWith('| ✗'));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.match(/\|/g)).toHaveLength(5);
  });
});

const announced = async (env: NodeJS.ProcessEnv): Promise<string> => {
  let written = '';
  await announceOnGithub(verifyReport(EVERY_VERDICT), { write: (text) => (written += text), env });
  return written;
};

describe('announceOnGithub', () => {
  it('says nothing elsewhere', async () => {
    expect(await announced({ GITHUB_STEP_SUMMARY: '/nowhere/at/all' })).toBe('');
  });

  it('writes annotations, and adds to the job summary', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fortress-summary-'));
    const file = join(folder, 'summary.md');
    try {
      const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file };
      expect(await announced(env)).toMatch(/^::error title=.*\n(?:::warning .*\n){2}$/);
      await announced(env);
      expect((await readFile(file, 'utf8')).match(/^## fortress verify/gm)).toHaveLength(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does without a job summary', async () => {
    expect(await announced({ GITHUB_ACTIONS: 'true' })).toContain('::error');
  });
});

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { unreachableError } from '../../../src/errors.js';
import { paletteFor } from '../../../src/report/palette.js';
import { formatRunLine, formatWall, type Wall } from '../../../src/report/verify-wall.js';
import { inconclusive } from '../../../src/verify/conclude.js';
import { makeReport } from '../verify/support/results.js';
import { EVERY_VERDICT, HOSTILE_CHECK, verifyReport } from './support/sample-report.js';

const AT = new Date(2030, 0, 1, 13, 52, 7);
const WALL: Wall = {
  outcome: { report: verifyReport(EVERY_VERDICT) },
  at: AT,
  changes: [{ at: AT, change: { id: 'auth.ok', from: 'pass', to: 'fail' } }],
  status: 'next run at 13:53:07',
};
const plain = paletteFor(false, {});
const draw = (wall: Partial<Wall>, columns = 80, rows = 24): string[] =>
  formatWall({ ...WALL, ...wall }, plain, { columns, rows });

describe('formatWall', () => {
  it('shows every check, what did not pass, and what changed', () => {
    expect(draw({}).join('\n')).toMatchInlineSnapshot(`
      "fortress verify, 13:52:07
      https://localhost
      1 passed, 1 failed, 1 warning, 1 inconclusive, 1 skipped; 4 of 11 points, no gr…

      Reverse proxy   ✓ proxy.predict
      HTTPS           ! tls.trust
      Access control  ✗ auth.ok  ? auth.required
      Monitoring      - grafana.live

      ✗ auth.ok  broken
      ? auth.required  no answer
      ! tls.trust  fine

      Changed
      13:52:07  auth.ok pass → fail

      next run at 13:53:07"
    `);
  });

  it('begins with nothing but what is going on', () => {
    expect(draw({ outcome: null, at: null, changes: [], status: 'looking' })).toEqual([
      'fortress verify',
      '',
      'looking',
    ]);
  });

  it('says that the target cannot be reached', () => {
    const unreachable = unreachableError('Nothing answers at https://localhost', { why: 'ECONNREFUSED\nECONNRESET' });
    expect(draw({ outcome: { unreachable }, changes: [] }).slice(1, 4)).toEqual([
      '✗ Nothing answers at https://localhost',
      'ECONNREFUSED',
      'ECONNRESET',
    ]);
  });

  it('goes on in another line where an objective has more checks than fit', () => {
    const many = ['required', 'paths', 'ok', 'more'].map((name) =>
      makeReport(`auth.${name}`, inconclusive('?'), { objective: 4 }),
    );
    const lines = draw({ outcome: { report: verifyReport(many) } }, 44).slice(4, 7);
    expect(lines).toEqual([
      'Access control  ? auth.required',
      '                ? auth.paths  ? auth.ok',
      '                ? auth.more',
    ]);
  });

  it.each([
    [80, 24],
    [30, 8],
    [10, 3],
    [1, 1],
  ])('is never larger than a terminal of %i × %i', (columns, rows) => {
    const hostile = verifyReport([HOSTILE_CHECK, ...EVERY_VERDICT]);
    const lines = formatWall({ ...WALL, outcome: { report: hostile } }, paletteFor(true, {}), { columns, rows });
    expect(lines.length).toBeLessThanOrEqual(rows);
    const widths = lines.map((line) => stripVTControlCharacters(line).length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  it('keeps the status in sight when there is no room', () => {
    expect(draw({}, 80, 4)).toEqual(['fortress verify, 13:52:07', 'https://localhost', '', 'next run at 13:53:07']);
  });
});

describe('formatRunLine', () => {
  const at = new Date('2030-01-01T12:00:00Z');

  it('is a run in a line', () => {
    const report = verifyReport(EVERY_VERDICT);
    expect(formatRunLine({ report }, at, [])).toBe(
      '2030-01-01T12:00:00.000Z exit 1: 1 passed, 1 failed, 1 warning, 1 inconclusive, 1 skipped',
    );
    expect(formatRunLine({ report }, at, [{ id: 'a', from: 'pass', to: 'fail' }])).toMatch(/; changed: a pass → fail$/);
  });

  it('says that the target cannot be reached', () => {
    expect(formatRunLine({ unreachable: unreachableError('Nobody\nthere') }, at, [])).toBe(
      '2030-01-01T12:00:00.000Z exit 3: Nobody�there',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { formatPoints, gradeOf } from '../../../src/report/score-text.js';
import { EVERY_VERDICT } from './support/sample-report.js';

describe('formatPoints', () => {
  it('has a line for each objective and one for all', () => {
    expect(formatPoints(EVERY_VERDICT)).toMatchInlineSnapshot(`
      "  Reverse proxy   3 of 3
        HTTPS           1 of 2
        Access control  0 of 6   1 check without an answer
        Monitoring      0 of 0   1 check without an answer
        all             4 of 11  no grade: 2 checks without an answer"
    `);
  });
});

describe('gradeOf', () => {
  it.each([
    [{ points: 2, of: 4, unanswered: 0 }, '50 %'],
    [{ points: 2, of: 4, unanswered: 1 }, 'no grade: 1 check without an answer'],
    [{ points: 0, of: 0, unanswered: 0 }, 'no grade: nothing was asked'],
  ])('%o is %s', (score, grade) => {
    expect(gradeOf(score)).toBe(grade);
  });
});

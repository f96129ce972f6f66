import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/verify/check.js';
import { percentOf, scoreOf, scoresByObjective } from '../../../src/verify/score.js';
import type { CheckReport } from '../../../src/verify/run-checks.js';
import { makeReport, passing } from './support/results.js';

const check = (verdict: Verdict, more: Partial<CheckReport> = {}): CheckReport =>
  makeReport(`${verdict}.${more.severity ?? 'critical'}`, { ...passing, verdict }, more);

describe('scoreOf', () => {
  it('gives what is critical three times the weight of what is good to have', () => {
    const score = scoreOf([
      check('pass'),
      check('fail', { severity: 'major' }),
      check('pass', { severity: 'warning' }),
    ]);
    expect(score).toEqual({ points: 4, of: 6, unanswered: 0 });
  });

  it.each<[Verdict, object]>([
    ['pass', { points: 3, of: 3, unanswered: 0 }],
    ['warn', { points: 1.5, of: 3, unanswered: 0 }],
    ['fail', { points: 0, of: 3, unanswered: 0 }],
    ['inconclusive', { points: 0, of: 3, unanswered: 1 }],
    ['skip', { points: 0, of: 0, unanswered: 1 }],
  ])('%s', (verdict, score) => {
    expect(scoreOf([check(verdict)])).toEqual(score);
  });
});

describe('percentOf', () => {
  it('is 100 only when nothing is missing', () => {
    expect(percentOf({ points: 299, of: 300, unanswered: 0 })).toBe(99);
    expect(percentOf({ points: 300, of: 300, unanswered: 0 })).toBe(100);
  });

  it('is no grade while something has no answer, or nothing was asked', () => {
    expect(percentOf({ points: 3, of: 3, unanswered: 1 })).toBeNull();
    expect(percentOf({ points: 0, of: 0, unanswered: 0 })).toBeNull();
  });
});

describe('scoresByObjective', () => {
  it('has the objectives that something was asked of, in their order', () => {
    const scores = scoresByObjective([
      check('pass', { objective: 7 }),
      check('pass', { objective: 4 }),
      check('fail', { objective: 7 }),
    ]);
    expect(scores).toEqual([
      { objective: 4, title: 'Access control', score: { points: 3, of: 3, unanswered: 0 } },
      { objective: 7, title: 'Monitoring', score: { points: 3, of: 6, unanswered: 0 } },
    ]);
  });
});

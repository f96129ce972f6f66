import { describe, expect, it } from 'vitest';
import { planFlood, type FloodPlan } from '../../../src/verify/flood-plan.js';
import { judgeRate } from '../../../src/verify/rate-judgement.js';
import { simulate } from './support/simulate-rate.js';

const SECONDS = { least: 4, beyond: 3 };

function planOf(requestsPerSecond: number, burst: number): FloodPlan {
  const plan = planFlood({ requestsPerSecond, burst }, SECONDS);
  if ('problem' in plan) throw new Error(plan.problem);
  return plan;
}

describe('planFlood', () => {
  it('offers six times a usual limit for four seconds', () => {
    expect(planOf(10, 5)).toEqual({ rate: 60, duration: 4 });
  });

  it('lasts longer where a burst has to be used up first', () => {
    expect(planOf(10, 300)).toEqual({ rate: 60, duration: 9 });
  });

  it('never offers more than 600/s, nor more than a few thousand requests', () => {
    for (const rate of [1, 10, 99, 100]) {
      for (const burst of [0, 5, 30 * rate]) {
        const plan = planOf(rate, burst);
        expect(plan.rate).toBeLessThanOrEqual(600);
        expect(plan.rate * plan.duration).toBeLessThanOrEqual(6000);
      }
    }
  });

  it.each([
    [101, 5, /limit of 101\/s .* takes 606 requests\/s, .* at most 600/],
    [100_000, 100_000, /limit of 100000\/s .* at most 600/],
    [1, 100_000, /burst of 100000 at 1\/s takes 100000 s/],
    [10, 301, /burst of 301 at 10\/s takes 30 s/],
  ])('does not flood for %i/s with a burst of %i, and says why', (requestsPerSecond, burst, problem) => {
    expect(planFlood({ requestsPerSecond, burst }, SECONDS)).toMatchObject({
      problem: expect.stringMatching(problem) as string,
      hint: expect.stringContaining('Nothing was flooded') as string,
    });
  });
});

const verdictOn = (rate: number, burst: number, actual: number | null): string => {
  const { rate: offered, duration } = planOf(rate, burst);
  const observed = simulate({ rate: actual, burst, offered, duration, gap: 1150 / rate });
  return judgeRate(observed, { requestsPerSecond: rate, burst, status: null }).verdict;
};

describe('a planned flood', () => {
  const promises = [1, 2, 10, 50, 100].flatMap((rate) =>
    [0, 5, rate, 10 * rate, 30 * rate].map((burst) => [rate, burst]),
  );
  it.each(promises.filter(([rate = 0, burst = 0]) => burst <= 30 * rate))(
    'tells %i/s with a burst of %i from none, half and twice',
    (rate = 0, burst = 0) => {
      expect(verdictOn(rate, burst, rate)).toBe('pass');
      expect(verdictOn(rate, burst, null)).toBe('fail');
      expect(verdictOn(rate, burst, rate / 2)).toBe('fail');
      expect(verdictOn(rate, burst, rate * 2)).toBe('fail');
    },
  );
});

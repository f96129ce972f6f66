import { describe, expect, it } from 'vitest';
import { judgeRate } from '../../../src/verify/rate-judgement.js';
import { simulate, type SimulatedLimit } from './support/simulate-rate.js';

const PROMISED = { requestsPerSecond: 10, burst: 5, status: null };

const verdictOn = (limit: SimulatedLimit, promised: Parameters<typeof judgeRate>[1] = PROMISED): string =>
  judgeRate(simulate(limit), promised).verdict;

describe('judgeRate', () => {
  it.each([0, 1, 5, 10, 20])('passes 10/s with a burst of %i', (burst) => {
    expect(verdictOn({ rate: 10, burst })).toBe('pass');
  });

  it.each([5, 10, 20])('passes 10/s with a burst of %i that is delayed', (burst) => {
    expect(verdictOn({ rate: 10, burst, delay: true })).toBe('pass');
  });

  it.each([1, 30, 100, 400])('passes 10/s when answers take %i ms', (latency) => {
    expect(verdictOn({ rate: 10, burst: 5, latency })).toBe('pass');
  });

  it.each([1, 2, 5, 7, 15, 20, 30, 59, 100])('fails %i/s', (rate) => {
    for (const burst of [0, 5, 20]) expect(verdictOn({ rate, burst })).toBe('fail');
  });

  it.each([15, 20, 30])('fails %i/s with delay', (rate) => {
    expect(verdictOn({ rate, burst: 20, delay: true })).toBe('fail');
  });

  it('fails where nothing is limited, and says what passed', () => {
    const { verdict, expectations } = judgeRate(simulate({ rate: null, burst: 0 }), PROMISED);
    expect(verdict).toBe('fail');
    expect(expectations[0]).toMatchObject({ ok: false, found: 'all of 240 at 60/s passed' });
  });

  it('fails a burst that lets most of a flood pass', () => {
    expect(verdictOn({ rate: 10, burst: 150 })).toBe('fail');
  });

  it('takes 429 or 503 where no status is promised, else only that one', () => {
    expect(verdictOn({ rate: 10, burst: 5, status: 429 })).toBe('pass');
    expect(verdictOn({ rate: 10, burst: 5, status: 429 }, { ...PROMISED, status: 429 })).toBe('pass');
    const { verdict, expectations } = judgeRate(simulate({ rate: 10, burst: 5, status: 429 }), {
      ...PROMISED,
      status: 503,
    });
    expect(verdict).toBe('fail');
    expect(expectations.filter(({ ok }) => !ok)).toEqual([{ ok: false, expected: 'rejected with 503', found: '429' }]);
  });

  it('takes a closed connection for a rejection only where 444 may be meant', () => {
    const { flood, trickle } = simulate({ rate: 10, burst: 5 });
    const closed = flood.map((outcome) =>
      outcome.status === 503 ? { ...outcome, status: null, errorCode: 'UND_ERR_SOCKET' } : outcome,
    );
    expect(judgeRate({ flood: closed, trickle }, PROMISED).verdict).toBe('pass');
    expect(judgeRate({ flood: closed, trickle }, { ...PROMISED, status: 444 }).verdict).toBe('pass');
    expect(judgeRate({ flood: closed, trickle }, { ...PROMISED, status: 503 })).toMatchObject({
      verdict: 'inconclusive',
      retry: true,
    });
  });

  it.each([{ offered: 25 }, { latency: 2000 }])('cannot tell with %o, and wants another attempt', (circumstances) => {
    expect(judgeRate(simulate({ rate: 10, burst: 5, ...circumstances }), PROMISED)).toMatchObject({
      verdict: 'inconclusive',
      retry: true,
    });
  });

  it('never takes a timeout for a rejection', () => {
    const { flood, trickle } = simulate({ rate: 10, burst: 5 });
    const silent = flood.map((outcome) => (outcome.status === 503 ? { ...outcome, status: null } : outcome));
    for (const status of [null, 444, 503]) {
      expect(judgeRate({ flood: silent, trickle }, { ...PROMISED, status }).verdict).toBe('inconclusive');
    }
  });

  it('does not pass by accident when nothing was observed', () => {
    expect(judgeRate({ flood: [], trickle: [] }, PROMISED).verdict).toBe('inconclusive');
  });
});

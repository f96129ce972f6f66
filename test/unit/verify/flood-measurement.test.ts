import { describe, expect, it } from 'vitest';
import { measureFlood, rejectionsLike, type Outcome } from '../../../src/verify/flood-measurement.js';

const at = (sentAt: number, status: number, took = 10): Outcome => ({
  status,
  sentAt,
  doneAt: sentAt + took,
  errorCode: null,
});

it('counts what passed after the first rejection over the longest interval that it may have taken', () => {
  const outcomes = [at(0, 200), at(100, 503), at(200, 200), at(300, 503, 250), at(400, 200, 900)];
  expect(measureFlood(outcomes, null)).toMatchObject({
    rejected: 2,
    headStart: 1,
    passedAfter: 2,
    // The last may have been held back after the decision, which took no longer than the slowest rejection.
    interval: 0.55,
    span: 1.3,
    lost: 0,
  });
});

it('has no interval where nobody was rejected, but a span', () => {
  expect(measureFlood([at(0, 200), at(50, 200, 2000)], null)).toMatchObject({
    interval: 0,
    passedAfter: 0,
    span: 2.05,
  });
});

const reply = (
  status: number | null,
  retryAfter?: string,
  errorCode: string | null = null,
): Parameters<ReturnType<typeof rejectionsLike>>[0] => ({
  status,
  errorCode,
  headers: Object.fromEntries(retryAfter === undefined ? [] : [['retry-after', retryAfter]]),
});

describe('rejections of one limiter', () => {
  it('have its status, whatever else limiters answer', () => {
    const rejects = rejectionsLike([reply(200), reply(503)], 503);
    expect([reply(503), reply(429), reply(200), reply(401)].map(rejects)).toEqual([true, false, false, false]);
  });

  it('and say about when it says to come back', () => {
    const rejects = rejectionsLike([reply(429, '1')], 429);
    expect([reply(429, '2'), reply(429), reply(429, '60')].map(rejects)).toEqual([true, true, false]);
    expect(rejectionsLike([reply(429)], 429)(reply(429, '60')), 'it says nothing of that').toBe(true);
  });

  it('may be connections that are closed', () => {
    const rejects = rejectionsLike([reply(null, undefined, 'ECONNRESET')], 444);
    expect([reply(null, undefined, 'ECONNRESET'), reply(503), reply(200)].map(rejects)).toEqual([true, false, false]);
  });

  it('are none where it was never seen to reject', () => {
    expect(rejectionsLike([reply(200)], 503)(reply(503))).toBe(false);
  });
});

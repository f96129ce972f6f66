import { expect, it } from 'vitest';
import { measureFlood, type Outcome } from '../../../src/verify/flood-measurement.js';

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

import { describe, expect, it } from 'vitest';
import { coolDownOf } from '../../../src/verify/cool-down.js';

describe('coolDownOf', () => {
  it.each([
    [10, 5, 2000],
    [1, 20, 20_500],
    [1, 100_000, 30_500],
  ])('at %i/s with a burst of %i waits %i ms', (requestsPerSecond, burst, milliseconds) => {
    expect(coolDownOf({ rateLimit: { requestsPerSecond, burst, status: 503 } })).toBe(milliseconds);
  });

  it('waits for nothing where nothing is limited', () => {
    expect(coolDownOf({ rateLimit: null })).toBe(0);
  });
});

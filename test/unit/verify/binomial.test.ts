import { describe, expect, it } from 'vitest';
import { binomialBounds } from '../../../src/verify/binomial.js';

describe('binomialBounds', () => {
  it('leaves out as much as the tails may hold, and no more', () => {
    // Ten tosses of a coin: 1, 10, 45, 120 … of 1024 ways.
    expect(binomialBounds(10, 0.5, 0.5 / 1024)).toEqual({ least: 0, most: 10 });
    expect(binomialBounds(10, 0.5, 1.5 / 1024)).toEqual({ least: 1, most: 9 });
    expect(binomialBounds(10, 0.5, 10.5 / 1024)).toEqual({ least: 1, most: 9 });
    expect(binomialBounds(10, 0.5, 11.5 / 1024)).toEqual({ least: 2, most: 8 });
  });

  it('is lopsided where the share is small', () => {
    expect(binomialBounds(3, 0.1, 0.05)).toEqual({ least: 0, most: 1 });
    expect(binomialBounds(400, 0.1, 0.0005)).toEqual({ least: 22, most: 61 });
    expect(binomialBounds(760, 0.01, 0.0005)).toEqual({ least: 1, most: 18 });
    expect(binomialBounds(760, 0.99, 0.0005)).toEqual({ least: 742, most: 759 });
  });

  it('can tell of samples whose chances are beyond a number of the machine', () => {
    const { least, most } = binomialBounds(5000, 0.5, 0.0005);
    expect([least, most]).toEqual([5000 - most, most]);
    expect(Math.abs(most - 2500 - 3.29 * Math.sqrt(1250))).toBeLessThan(2);
  });
});

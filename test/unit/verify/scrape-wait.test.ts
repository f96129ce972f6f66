import { describe, expect, it } from 'vitest';
import { tooRareToWait } from '../../../src/verify/scrape-wait.js';

describe('tooRareToWait', () => {
  it('waits for two scrapes of 90 s together, and no longer', () => {
    expect(tooRareToWait(45)).toBeNull();
    expect(tooRareToWait(46)).toBe(
      'Prometheus scrapes every 46 s, and two scrapes do not fit into the 90 s that a check waits',
    );
  });
});

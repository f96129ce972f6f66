import { describe, expect, it } from 'vitest';
import { excuseLimited, isLimited } from '../../../src/verify/limited.js';
import { openTarget } from '../../../src/verify/target.js';
import { failing, makeReply } from './support/results.js';
import { makeSpec } from './support/spec.js';

describe('isLimited', () => {
  it.each([
    [503, null, true],
    [429, null, true],
    [503, 503, true],
    [429, 503, true],
    [503, 429, false],
    [509, 509, true],
    [200, null, false],
    [502, null, false],
  ])('status %i where %s is promised: %s', (status, promised, limited) => {
    expect(isLimited(makeReply(status), promised)).toBe(limited);
  });

  it('knows an answer of the API by its name', () => {
    expect(isLimited(makeReply(503, '', { 'x-instance-id': 'api-v1-1' }), null)).toBe(false);
    expect(isLimited(makeReply(null), null)).toBe(false);
  });
});

describe('excuseLimited', () => {
  const target = openTarget(makeSpec());
  const rejected = { ...failing, exchanges: [makeReply(503).exchange] };
  const verdictOf = (limited: number, answered: number, isCooledDown: boolean): string =>
    excuseLimited(rejected, target, { met: { limited, answered, secure: answered }, isCooledDown }).verdict;

  it('lets a failure stand where nothing passed after a cool-down', () => {
    expect(verdictOf(2, 2, true)).toBe('fail');
  });

  it.each([
    ['the bucket may have been empty', 2, 2, false],
    ['some passed', 1, 2, true],
    ['nothing was asked', 0, 0, true],
  ])('excuses it where %s', (_why, limited, answered, isCooledDown) => {
    expect(verdictOf(limited, answered, isCooledDown)).toBe('inconclusive');
  });
});

import { describe, expect, it } from 'vitest';
import { isLimited } from '../../../src/verify/limited.js';
import { makeReply } from './support/results.js';

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

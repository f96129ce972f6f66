import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../../src/verify/check.js';
import { advice, conclude, expectation, unanswered } from '../../../src/verify/conclude.js';
import { makeReply } from './support/results.js';

const verdictOf = (...expectations: Expectation[]): string =>
  conclude({ summary: '', expectations, exchanges: [] }).verdict;

describe('conclude', () => {
  it('passes only when something was expected and all of it was found', () => {
    expect(verdictOf(expectation(true, 'a', 'a'))).toBe('pass');
    expect(verdictOf()).toBe('inconclusive');
  });

  it('fails on one unmet expectation, warns on unmet advice alone', () => {
    expect(verdictOf(expectation(true, 'a', 'a'), advice(false, 'b', 'c'))).toBe('warn');
    expect(verdictOf(expectation(false, 'a', 'b'), advice(false, 'b', 'c'))).toBe('fail');
  });
});

describe('unanswered', () => {
  it('shows the first request that nothing came back for', () => {
    expect(unanswered([makeReply(200), makeReply(null)])).toMatchObject({
      verdict: 'inconclusive',
      summary: 'no answer: the connection was refused',
    });
    expect(unanswered([makeReply(200), makeReply(500)])).toBeNull();
  });
});

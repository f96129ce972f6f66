import { describe, expect, it } from 'vitest';
import { judgeConfinement, judgeHygiene, together } from '../../../src/verify/hygiene.js';
import { makeContainer } from './support/containers.js';

const rule = {
  expected: 'a name',
  concerns: ({ running }: { running: boolean }) => running,
  problem: ({ user }: { user: string }) => (user === 'nobody' ? 'is nobody' : null),
  hint: 'name it',
};

describe('judgeHygiene', () => {
  it('warns, and names the containers', () => {
    const containers = [makeContainer('a', { user: 'nobody' }), makeContainer('b')];
    expect(judgeHygiene({ containers }, rule)).toMatchObject({
      verdict: 'warn',
      summary: '1 of 2 containers',
      expectations: [{ found: 'a is nobody', ok: false }],
    });
  });

  it('does not ask for what does not concern it', () => {
    const containers = [makeContainer('a', { user: 'nobody', running: false })];
    expect(judgeHygiene({ containers }, rule).verdict).toBe('skip');
  });

  it('fails where it is a promise', () => {
    const containers = [makeContainer('a', { user: 'nobody' }), makeContainer('b')];
    expect(judgeConfinement({ containers }, rule).verdict).toBe('fail');
    expect(judgeConfinement({ containers: containers.slice(1) }, rule).verdict).toBe('pass');
  });

  it('names all faults of a container at once', () => {
    expect(together(['is old', false, 'is tired'])).toBe('is old, is tired');
    expect(together([false])).toBeNull();
  });

  it('says why it knows nothing', () => {
    const { verdict, summary } = judgeHygiene({ unknown: 'no Docker Engine answers' }, rule);
    expect([verdict, summary]).toEqual(['skip', 'nothing is known of the containers: no Docker Engine answers']);
  });
});

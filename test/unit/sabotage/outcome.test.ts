import { expect, it } from 'vitest';
import type { Verdict } from '../../../src/verify/check.js';
import { isGood, judge, type OutcomeKind } from '../../sabotage/support/outcome.js';

interface Said {
  verdict: Verdict;
  retry?: true;
}

const kindOf = (expected: Verdict | Verdict[], said: Said | null, timed?: true): OutcomeKind | undefined => {
  const results = said ? [{ id: 'a.b', summary: 'what was found', ...said }] : [];
  return judge({ expect: { 'a.b': expected }, ...(timed && { timed }) }, results)[0]?.kind;
};

it.each<[OutcomeKind, Verdict | Verdict[], Verdict]>([
  ['caught', 'fail', 'fail'],
  ['caught', ['warn', 'fail'], 'warn'],
  ['missed', 'fail', 'pass'],
  ['missed', 'fail', 'warn'],
  ['missed', 'fail', 'inconclusive'],
  ['missed', ['warn', 'fail'], 'skip'],
  ['right', 'pass', 'pass'],
  ['right', 'warn', 'warn'],
  ['right', ['inconclusive', 'warn'], 'inconclusive'],
  ['false alarm', 'pass', 'fail'],
  ['false alarm', 'pass', 'warn'],
  ['false alarm', 'warn', 'fail'],
  ['blind', 'pass', 'inconclusive'],
  ['blind', 'pass', 'skip'],
])('%s: expected %s, found %s', (kind, expected, verdict) => {
  expect(kindOf(expected, { verdict })).toBe(kind);
});

it('a check that there is not has caught nothing and seen nothing', () => {
  expect(kindOf('fail', null)).toBe('missed');
  expect(kindOf('pass', null)).toBe('blind');
});

it('a busy machine excuses only a case that rests on timing, and only if the check says that it was that', () => {
  expect(kindOf('fail', { verdict: 'inconclusive', retry: true }, true)).toBe('undecided');
  expect(kindOf('pass', { verdict: 'inconclusive', retry: true }, true)).toBe('undecided');
  expect(kindOf('pass', { verdict: 'inconclusive', retry: true })).toBe('blind');
  expect(kindOf('fail', { verdict: 'inconclusive' }, true)).toBe('missed');
  expect(kindOf('inconclusive', { verdict: 'inconclusive', retry: true }, true)).toBe('right');
});

it('what was not expected to be asked is not judged', () => {
  expect(judge({ expect: {} }, [{ id: 'a.b', verdict: 'fail', summary: '' }])).toEqual([]);
});

it('only missed, false alarm and blind are bad', () => {
  const kinds: OutcomeKind[] = ['caught', 'right', 'missed', 'false alarm', 'blind', 'undecided'];
  const outcomes = kinds.map((kind) => ({ check: 'a.b', expected: [], found: 'pass' as const, kind, summary: '' }));
  expect(outcomes.filter(isGood).map(({ kind }) => kind)).toEqual(['caught', 'right', 'undecided']);
});

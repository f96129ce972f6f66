import { describe, expect, test } from 'vitest';
import { type NgramKind, ngramsOf } from '../../../src/model/ngrams.js';

function hashesOf(text: string, wanted: NgramKind): number[] {
  const { hashes, ends } = ngramsOf(text);
  return Array.from(hashes.slice({ word: 0, char: ends.word, style: ends.char }[wanted], ends[wanted]));
}

describe('word n-grams', () => {
  test('are every word and every pair of neighbours', () => {
    expect(hashesOf('one two three', 'word')).toHaveLength(5);
    expect(hashesOf('one', 'word')).toHaveLength(1);
  });

  test('tell the order of a pair', () => {
    const [, , there] = hashesOf('good movie', 'word');
    const [, , back] = hashesOf('movie good', 'word');
    expect(there).not.toBe(back);
  });
});

describe('character n-grams', () => {
  test('are 2–5 characters long and stay inside a padded word', () => {
    // " ab ": " a", " ab", " ab ", "ab", "ab ", "b "
    expect(hashesOf('ab', 'char')).toHaveLength(6);
    expect(hashesOf('ab cd', 'char')).toHaveLength(12);
    expect(hashesOf('  ab   cd ', 'char')).toEqual(hashesOf('ab cd', 'char'));
    expect(hashesOf('\u3000ab\u00a0\t\u2003cd\ufeff', 'char')).toEqual(hashesOf('ab cd', 'char'));
  });

  test('differ for a word and its inside', () => {
    expect(new Set(hashesOf('abc', 'char')).size).toBe(hashesOf('abc', 'char').length);
  });
});

test('traits of style tell texts apart that have the same words', () => {
  const [calm, loud] = ['so good', 'SO good'].map((text) => hashesOf(text, 'style'));
  expect(calm).toHaveLength(loud?.length ?? 0);
  expect(calm).not.toEqual(loud);
  expect(hashesOf('so good', 'word')).toEqual(hashesOf('SO good', 'word'));
});

test('hashes are 32-bit integers that do not change: models depend on them', () => {
  expect(hashesOf('I love it', 'word')).toMatchInlineSnapshot(`
    [
      -334744124,
      -718826799,
      1372347359,
      1194886160,
      -1824902726,
    ]
  `);
  expect(hashesOf('hi', 'style')).toMatchInlineSnapshot(`
    [
      1319803237,
      648551382,
      10854765,
      -626841852,
      -1264538469,
      -1902235086,
      1755035593,
      1117338976,
      2092853639,
      1455157022,
      817460405,
      196541407,
    ]
  `);
  expect(hashesOf('hi', 'char')).toMatchInlineSnapshot(`
    [
      -1062743327,
      -802132968,
      -197501912,
      -1625467418,
      1093535410,
      -2112165464,
    ]
  `);
});

test.each(['', '   ', '\n'])('an empty text (%j) has none', (text) => {
  expect((['word', 'char', 'style'] as const).flatMap((kind) => hashesOf(text, kind))).toEqual([]);
});

test('a text as long as a chapter has room', () => {
  const text = 'a!b?'.repeat(50_000);
  expect(hashesOf(text, 'word')).toHaveLength(2 * 200_000 - 1);
  expect(hashesOf(text, 'char')).toHaveLength(4 * 200_001 - 6);
  expect(hashesOf(text, 'style')).toHaveLength(12);
});

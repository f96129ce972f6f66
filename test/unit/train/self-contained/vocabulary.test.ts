import { expect, test, vi } from 'vitest';
import type { NgramKind, NgramSource } from '../../../../src/model/ngrams.js';
import {
  fixedNumbering,
  growingNumbering,
  ngramSource,
  partsOf,
  remembering,
} from '../../../../src/train/self-contained/vocabulary.js';

function ngramsOf(text: string, kind: NgramKind): string[] {
  const { numberOf, keys } = growingNumbering();
  const { hashes, ends } = ngramSource(numberOf)(text);
  const numbers = kind === 'word' ? hashes.slice(0, ends.word) : hashes.slice(ends.word, ends.char);
  return Array.from(numbers, (number) => partsOf(keys[number] ?? '').join('|'));
}

test('word n-grams are tokens and pairs; what a text starts with is a pair', () => {
  expect(ngramsOf('so good!', 'word')).toEqual(['\u0002|so', 'so', 'so|good', 'good', 'good|!', '!']);
});

test('character n-grams have two to five characters and stay within a token and its bounds', () => {
  expect(ngramsOf('hi 😀', 'char').join(' ')).toBe(
    '\u0002|h \u0002|h|i \u0002|h|i|\u0003 h|i h|i|\u0003 i|\u0003 \u0002|😀 \u0002|😀|\u0003 😀|\u0003',
  );
  expect(ngramsOf('abcdef', 'char').map((ngram) => ngram.split('|').length)).toSatisfy((lengths: number[]) =>
    lengths.every((length) => length >= 2 && length <= 5),
  );
});

test('an empty text has none', () => {
  expect([...ngramsOf('', 'word'), ...ngramsOf('', 'char')]).toEqual([]);
});

test('a growing numbering counts up, a fixed one learns nothing', () => {
  const { numberOf, keys } = growingNumbering();
  expect(['a', 'b', 'a'].map(numberOf)).toEqual([0, 1, 0]);
  expect(keys).toEqual(['a', 'b']);
  expect(['b', 'c'].map(fixedNumbering(['a', 'b']))).toEqual([1, -1]);
});

test('with a memory a source gives the same and is asked once per text', () => {
  const source = vi.fn<NgramSource>(ngramSource(growingNumbering().numberOf));
  const expected = source('so good');
  source.mockClear();
  const remembered = remembering(source);
  expect([remembered('so good'), remembered('so good')]).toEqual([expected, expected]);
  expect(source).toHaveBeenCalledOnce();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashWord } from '../../../src/model/hashing.js';
import { readWords } from '../../../src/model/words.js';

function hashesOf(text: string): number[] {
  const { hashes, count } = readWords(text);
  return Array.from(hashes.subarray(0, count));
}
const spelled = (...words: string[]): number[] => words.map(hashWord);

test('keeps words, runs of marks, stand-ins and pictographs', () => {
  expect(hashesOf("it's 9 o'clock!! \uE001 größe 😀 (ok)")).toEqual(
    spelled("it's", '9', "o'clock", '!!', '\uE001', 'größe', '😀', 'ok'),
  );
});

test('an apostrophe joins letters, and none but letters after it', () => {
  expect(hashesOf("rock'n'roll it'2 a'b9c '' d'")).toEqual(spelled("rock'n'roll", 'it', '2', "a'b", '9c', 'd'));
});

test('marks three words after a negation', () => {
  expect(hashesOf("i don't like this song much")).toEqual(spelled('i', "don't", 'like_N', 'this_N', 'song_N', 'much'));
});

test('a negation ends with its clause', () => {
  expect(hashesOf('not good! really good')).toEqual(spelled('not', 'good_N', '!', 'really', 'good'));
});

test('a text without words gives none', () => {
  expect(hashesOf('')).toEqual([]);
});

test('a plain text is read as one that is not', () => {
  const plain = fc.string({
    unit: fc.constantFrom(...Array.from("abzn_019'!?. \t,-\uE000\uE00A"), "n't", 'not '),
    maxLength: 60,
  });
  fc.assert(
    fc.property(plain, (text) => {
      expect(hashesOf(`${text}; é`).slice(0, -1)).toEqual(hashesOf(text));
    }),
    { numRuns: 2000 },
  );
});

import { expect, test } from 'vitest';
import { splitWords } from '../../../src/model/words.js';

test('keeps words, runs of marks, stand-ins and pictographs', () => {
  expect(splitWords("it's 9 o'clock!! \uE001 größe 😀 (ok)")).toEqual([
    "it's",
    '9',
    "o'clock",
    '!!',
    '\uE001',
    'größe',
    '😀',
    'ok',
  ]);
});

test('marks three words after a negation', () => {
  expect(splitWords("i don't like this song much")).toEqual(['i', "don't", 'like_N', 'this_N', 'song_N', 'much']);
});

test('a negation ends with its clause', () => {
  expect(splitWords('not good! really good')).toEqual(['not', 'good_N', '!', 'really', 'good']);
});

test('a text without words gives none', () => {
  expect(splitWords('')).toEqual([]);
});

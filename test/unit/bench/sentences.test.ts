import { expect, test } from 'vitest';
import { makeSentences } from '../../../src/bench/sentences.js';
import { makeSyntheticCorpus } from '../../../bench/synthetic-corpus.js';

const averageLength = (texts: string[]): number => texts.reduce((sum, text) => sum + text.length, 0) / texts.length;

test('are distinct, of the length of tweets, and the same every time', () => {
  const sentences = makeSentences(3000);
  expect(new Set(sentences).size).toBe(3000);
  expect(makeSentences(3000)).toEqual(sentences);
  expect(averageLength(sentences)).toBeGreaterThan(60);
  expect(averageLength(sentences)).toBeLessThan(90);
  expect(sentences.join('')).not.toMatch(/[{}]/);
});

test('the synthetic corpus has 13 labels and more terms than the course keeps', () => {
  const { texts, labels } = makeSyntheticCorpus();
  expect(labels).toHaveLength(texts.length);
  expect(new Set(labels).size).toBe(13);
  expect(new Set(texts.join(' ').match(/\w{2,}/g)).size).toBeGreaterThan(5000);
});

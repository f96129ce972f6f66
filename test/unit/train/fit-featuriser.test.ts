import { expect, test } from 'vitest';
import { createFeaturiser } from '../../../src/model/featuriser.js';
import { type FeatureBudget, fitFeaturiser } from '../../../src/train/fit-featuriser.js';

const BUDGET: FeatureBudget = {
  word: { features: 3, minTexts: 2 },
  char: { features: 5, minTexts: 2 },
  style: { features: 0, minTexts: 2 },
  rowNorm: 1,
  smoothing: 1,
};
const TEXTS = ['sun and tea', 'sun and rain', 'sun and fog', 'sun and rain'];
const CLASSES = Int32Array.of(0, 1, 0, 1);
const PRIOR = Float64Array.of(0.5, 0.5);
const fit = (texts = TEXTS, classes = CLASSES) => fitFeaturiser(texts, classes, PRIOR, BUDGET);

test('chooses the n-grams that occur in the most texts, within the budget', () => {
  const { wordFeatures, hashes, idf } = fit();
  expect(wordFeatures).toBe(3);
  expect(hashes).toHaveLength(8);
  expect([...idf.subarray(0, 3)]).toEqual([1, 1, 1]);
  const known = createFeaturiser(fit());
  expect(known('fog').indices).toHaveLength(0);
});

test('weights n-grams by what they tell about the class', () => {
  const { weights } = fitFeaturiser(TEXTS, CLASSES, PRIOR, { ...BUDGET, word: { features: 5, minTexts: 2 } });
  const [everywhere, telling] = [weights.subarray(0, 3), weights.subarray(3, 5)];
  expect(Math.min(...telling)).toBeGreaterThan(Math.max(...everywhere));
  expect(weights.reduce((sum, weight) => sum + weight, 0) / weights.length).toBeCloseTo(1, 5);
});

test('weights traits of style like n-grams: shouting tells the class, the length does not', () => {
  const texts = ['sun and tea', 'SUN AND RAIN', 'sun and fog', 'SUN AND RAIN'];
  const budget = { ...BUDGET, style: { features: 50, minTexts: 2 } };
  const { hashes, styleFeatures, weights } = fitFeaturiser(texts, CLASSES, PRIOR, budget);
  expect(styleFeatures).toBeGreaterThan(2);
  const style = weights.subarray(hashes.length - styleFeatures);
  expect(Math.min(...style)).toBe(0);
  expect(Math.max(...style)).toBeGreaterThan(0.5);
});

test('does not depend on the order of the rows', () => {
  const reversed = fit(TEXTS.toReversed(), CLASSES.toReversed());
  expect(reversed).toEqual(fit());
});

test('finds nothing where nothing is repeated', () => {
  const budget = { ...BUDGET, style: { features: 50, minTexts: 2 } };
  expect(fitFeaturiser(['a', 'b', 'c', 'd'], CLASSES, PRIOR, budget).hashes).toHaveLength(0);
});

import { describe, expect, test } from 'vitest';
import { type FeaturiserParameters, createFeaturiser } from '../../../src/model/featuriser.js';
import { type NgramKind, ngramsOf } from '../../../src/model/ngrams.js';

/** The first of a kind. */
function hashOf(text: string, kind: NgramKind): number {
  const { hashes, ends } = ngramsOf(text);
  return hashes[{ word: 0, char: ends.word, style: ends.char }[kind]] ?? 0;
}

/** One word feature per given word, then one character feature: the bigram " s". */
function parametersFor(words: string[]): FeaturiserParameters {
  const hashes = Int32Array.from([...words.map((word) => hashOf(word, 'word')), hashOf('s', 'char')]);
  return {
    wordFeatures: words.length,
    styleFeatures: 0,
    hashes,
    idf: new Float32Array(hashes.length).fill(1),
    weights: new Float32Array(hashes.length).fill(1),
    rowNorm: 1,
  };
}

/** The same, with the first trait of the text's style as the last feature. */
function parametersWithStyle(words: string[], text: string): FeaturiserParameters {
  const parameters = parametersFor(words);
  return {
    ...parameters,
    styleFeatures: 1,
    hashes: Int32Array.of(...parameters.hashes, hashOf(text, 'style')),
    idf: Float32Array.of(...parameters.idf, 1),
    weights: Float32Array.of(...parameters.weights, 1),
  };
}

const length = (values: Float32Array): number => Math.hypot(...values);

describe('createFeaturiser', () => {
  test('finds the known features and gives the row its norm', () => {
    const featurise = createFeaturiser({ ...parametersFor(['sun', 'rain']), rowNorm: 1.4 });
    const { indices, values } = featurise('rain and sun and rain');
    expect([...indices].toSorted()).toEqual([0, 1, 2]);
    expect(length(values)).toBeCloseTo(1.4, 5);
  });

  test('scales counts by their logarithm, each block to length 1', () => {
    const featurise = createFeaturiser(parametersFor(['sun', 'rain']));
    const { indices, values } = featurise('rain sun rain');
    const valueOf = (feature: number): number => values[indices.indexOf(feature)] ?? 0;
    expect(valueOf(1) / valueOf(0)).toBeCloseTo(1 + Math.log(2), 5);
    expect(valueOf(2)).toBeCloseTo(Math.SQRT1_2, 5);
  });

  test('weights count after the block norm', () => {
    const parameters = parametersFor(['sun', 'rain']);
    parameters.weights[0] = 3;
    const { indices, values } = createFeaturiser(parameters)('sun rain');
    expect((values[indices.indexOf(0)] ?? 0) / (values[indices.indexOf(1)] ?? 0)).toBeCloseTo(3, 5);
  });

  test('style counts half as much as words or characters', () => {
    const { indices, values } = createFeaturiser(parametersWithStyle(['sun'], 'sun'))('sun');
    const valueOf = (feature: number): number => values[indices.indexOf(feature)] ?? 0;
    expect(valueOf(2) / valueOf(0)).toBeCloseTo(0.5, 5);
    expect(length(values)).toBeCloseTo(1, 5);
  });

  test('style alone gives an empty vector', () => {
    const featurise = createFeaturiser(parametersWithStyle(['sun'], 'fog'));
    expect(featurise('fog').indices).toHaveLength(0);
    expect(featurise('sun').indices).toHaveLength(3);
  });

  test('a text without known n-grams gives an empty vector', () => {
    expect(createFeaturiser(parametersFor(['sun']))('12345').indices).toHaveLength(0);
  });

  test('remembers nothing of the text before', () => {
    const featurise = createFeaturiser(parametersFor(['sun', 'rain']));
    const alone = featurise('sun');
    featurise('rain rain sun sun');
    expect(featurise('sun')).toEqual(alone);
  });
});

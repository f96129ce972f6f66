import { describe, expect, test } from 'vitest';
import type { SparseVector } from '../../../src/model/featuriser.js';
import { fitSoftmaxRegression, predictProbabilities } from '../../../src/train/softmax-regression.js';

const vector = (...indices: number[]): SparseVector => ({
  indices: Int32Array.from(indices),
  values: new Float32Array(indices.length).fill(1),
});
const ROWS = Array.from({ length: 90 }, (_, row) => vector(row % 3, 3));
const TARGETS = Int32Array.from({ length: 90 }, (_, row) => row % 3);
const PRIOR = new Float64Array(3).fill(1 / 3);
const SETTINGS = { epochs: 4, rate: 0.2, c: 1, seed: 1 };

describe('fitSoftmaxRegression', () => {
  test('learns which feature tells which class', async () => {
    const model = await fitSoftmaxRegression(ROWS, TARGETS, 4, PRIOR, SETTINGS);
    for (const label of [0, 1, 2]) {
      expect(predictProbabilities(model, vector(label, 3))[label]).toBeGreaterThan(0.6);
    }
  });

  test('gives the same bits for the same seed, others for another', async () => {
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => fitSoftmaxRegression(ROWS, TARGETS, 4, PRIOR, { ...SETTINGS, seed })),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('a stronger penalty keeps the weights smaller', async () => {
    const [strong, weak] = await Promise.all(
      [0.01, 100].map((c) => fitSoftmaxRegression(ROWS, TARGETS, 4, PRIOR, { ...SETTINGS, c })),
    );
    expect(Math.hypot(...(strong?.weights ?? []))).toBeLessThan(Math.hypot(...(weak?.weights ?? [])) / 2);
  });

  test('reports every epoch and can be stopped by it', async () => {
    const epochs: number[] = [];
    await fitSoftmaxRegression(ROWS, TARGETS, 4, PRIOR, SETTINGS, (epoch) => void epochs.push(epoch));
    expect(epochs).toEqual([1, 2, 3, 4]);
    const stop = AbortSignal.abort(new Error('stopped'));
    const fit = fitSoftmaxRegression(ROWS, TARGETS, 4, PRIOR, SETTINGS, () => stop.throwIfAborted());
    await expect(fit).rejects.toThrow('stopped');
  });
});

test('without features the probabilities are the prior', async () => {
  const prior = Float64Array.of(0.2, 0.5, 0.3);
  const model = await fitSoftmaxRegression(ROWS, TARGETS, 4, prior, SETTINGS);
  for (const [label, probability] of predictProbabilities(model, vector()).entries()) {
    expect(probability).toBeCloseTo(prior[label] ?? 0, 6);
  }
});

import { expect, test } from 'vitest';
import type { SparseVector } from '../../../src/model/featuriser.js';
import { calibrate, chooseSharpness } from '../../../src/train/calibrate.js';
import { type LinearModel, predictProbabilities } from '../../../src/train/softmax-regression.js';

const PRIOR = Float64Array.of(0.75, 0.25);
const MODEL: LinearModel = {
  features: 2,
  classes: 2,
  weights: Float32Array.of(1, -1, -1, 1),
  bias: Float32Array.from(PRIOR, Math.log),
};
const vector = (feature: number): SparseVector => ({
  indices: Int32Array.of(feature),
  values: Float32Array.of(1),
});
const EMPTY: SparseVector = { indices: new Int32Array(), values: new Float32Array() };

/** Feature n is right about class n in `right` of 100 rows. */
const rowsWith = (right: number): { rows: SparseVector[]; targets: Int32Array } => ({
  rows: Array.from({ length: 200 }, (_, row) => vector(row % 2)),
  targets: Int32Array.from({ length: 200 }, (_, row) => (row < 2 * right ? row % 2 : 1 - (row % 2))),
});

test('the whole correction takes the prior out of a text that says nothing', () => {
  const model = calibrate(MODEL, PRIOR, { sharpness: 1, priorCorrection: 1 });
  expect(predictProbabilities(model, EMPTY)[0]).toBeCloseTo(0.5, 6);
});

function logOddsOf(model: LinearModel): number {
  const [first, second] = predictProbabilities(model, vector(0));
  return Math.log((first ?? 0) / (second ?? 1));
}

test('sharpness multiplies the difference of the scores', () => {
  const sharper = calibrate(MODEL, PRIOR, { sharpness: 1.5, priorCorrection: 0 });
  expect(logOddsOf(sharper) / logOddsOf(MODEL)).toBeCloseTo(1.5, 5);
});

test('chooses more sharpness the more often the model is right', () => {
  const [doubtful, sure] = [60, 95].map((right) => {
    const { rows, targets } = rowsWith(right);
    return chooseSharpness(MODEL, rows, targets, PRIOR, 0.5);
  });
  expect(doubtful).toBeLessThan(1);
  expect(sure).toBeGreaterThan(1);
});

test('leaves the scores alone without rows to choose by', () => {
  expect(chooseSharpness(MODEL, [], new Int32Array(), PRIOR, 0.5)).toBe(1);
});

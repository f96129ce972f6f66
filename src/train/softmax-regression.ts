import type { SparseVector } from '../model/featuriser.js';
import { seededRandom, shuffle } from './random.js';

/** Multinomial logistic regression: probabilities = softmax(x · weights + bias). */
export interface LinearModel {
  features: number;
  classes: number;
  /** Row by row: `features` × `classes`. */
  weights: Float32Array;
  bias: Float32Array;
}

export interface OptimiserSettings {
  epochs: number;
  /** Step size of the first update; falls linearly to 0. */
  rate: number;
  /** Inverse strength of the L2 penalty, as in scikit-learn. */
  c: number;
  seed: number;
}

function softmaxInPlace(scores: Float64Array): void {
  let highest = -Infinity;
  for (const score of scores) highest = Math.max(highest, score);
  let sum = 0;
  for (let label = 0; label < scores.length; label++) {
    const value = Math.exp((scores[label] ?? 0) - highest);
    scores[label] = value;
    sum += value;
  }
  for (let label = 0; label < scores.length; label++) scores[label] = (scores[label] ?? 0) / sum;
}

function fillProbabilities({ weights, bias, classes }: LinearModel, x: SparseVector, target: Float64Array): void {
  target.set(bias);
  const { indices, values } = x;
  for (let term = 0; term < indices.length; term++) {
    const row = (indices[term] ?? 0) * classes;
    const value = values[term] ?? 0;
    for (let label = 0; label < classes; label++) {
      target[label] = (target[label] ?? 0) + value * (weights[row + label] ?? 0);
    }
  }
  softmaxInPlace(target);
}

/** One probability per class; they sum to 1. */
export function predictProbabilities(model: LinearModel, x: SparseVector): Float64Array {
  const probabilities = new Float64Array(model.classes);
  fillProbabilities(model, x, probabilities);
  return probabilities;
}

/**
 * The L2 penalty of a feature per row that holds it: the rows that lack it leave it alone, so those
 * that hold it carry the whole penalty of an epoch.
 */
function penalties(rows: SparseVector[], features: number, c: number): Float32Array {
  const occurrences = new Float32Array(features);
  for (const { indices } of rows) {
    for (const feature of indices) occurrences[feature] = (occurrences[feature] ?? 0) + 1;
  }
  return occurrences.map((count) => (count > 0 ? 1 / (c * count) : 0));
}

/**
 * Fits the model by AdaGrad, one row at a time in an order drawn anew for each epoch. The bias is
 * the logarithm of the prior and stays fixed. The same input gives the same bits.
 * @param prior share of each class, all above 0
 * @param onEpoch told after each epoch with its number, from 1, and waited for
 */
export async function fitSoftmaxRegression(
  rows: SparseVector[],
  targets: Int32Array,
  features: number,
  prior: Float64Array,
  settings: OptimiserSettings,
  onEpoch: (epoch: number) => void | Promise<void> = () => {},
): Promise<LinearModel> {
  const classes = prior.length;
  const weights = new Float32Array(features * classes);
  const model: LinearModel = { features, classes, weights, bias: Float32Array.from(prior, Math.log) };
  const squares = new Float32Array(features * classes).fill(1e-8);
  const penalty = penalties(rows, features, settings.c);
  const errors = new Float64Array(classes);
  const order = Int32Array.from(rows.keys());
  const random = seededRandom(settings.seed);
  const updates = settings.epochs * rows.length;
  let update = 0;

  const learn = ({ indices, values }: SparseVector, rate: number): void => {
    for (let term = 0; term < indices.length; term++) {
      const feature = indices[term] ?? 0;
      const value = values[term] ?? 0;
      const shrink = penalty[feature] ?? 0;
      const row = feature * classes;
      for (let label = 0; label < classes; label++) {
        const cell = row + label;
        const weight = weights[cell] ?? 0;
        const gradient = (errors[label] ?? 0) * value + shrink * weight;
        const square = (squares[cell] ?? 0) + gradient * gradient;
        squares[cell] = square;
        weights[cell] = weight - (rate * gradient) / Math.sqrt(square);
      }
    }
  };

  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    shuffle(order, random);
    for (const number of order) {
      const x = rows[number];
      if (x === undefined) continue;
      fillProbabilities(model, x, errors);
      const target = targets[number] ?? 0;
      errors[target] = (errors[target] ?? 0) - 1;
      learn(x, settings.rate * (1 - update / updates));
      update += 1;
    }
    await onEpoch(epoch);
  }
  return model;
}

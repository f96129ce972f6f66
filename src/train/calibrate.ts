import type { SparseVector } from '../model/featuriser.js';
import { type LinearModel, predictProbabilities } from './softmax-regression.js';

/** How far a fitted model's scores are moved before they become probabilities. */
export interface Calibration {
  /** Factor on the scores: the penalty leaves them flatter than the truth. An inverse temperature. */
  sharpness: number;
  /** How much of the log prior is taken out of the scores, from 0 to 1. */
  priorCorrection: number;
}

/** The same model with the calibration folded into its weights and bias. */
export function calibrate(model: LinearModel, prior: Float64Array, calibration: Calibration): LinearModel {
  const { sharpness, priorCorrection } = calibration;
  return {
    ...model,
    weights: model.weights.map((weight) => weight * sharpness),
    bias: model.bias.map((value, label) => value * sharpness - priorCorrection * Math.log(prior[label] ?? 1)),
  };
}

/** Log probabilities of all rows after another: the scores up to a constant per row. */
function scoresOf(model: LinearModel, rows: SparseVector[]): Float64Array {
  const scores = new Float64Array(rows.length * model.classes);
  for (const [row, x] of rows.entries()) scores.set(predictProbabilities(model, x).map(Math.log), row * model.classes);
  return scores;
}

/** Mean negative log probability of the true classes, nats. */
function logLoss(scores: Float64Array, targets: Int32Array, prior: Float64Array, calibration: Calibration): number {
  const { sharpness, priorCorrection } = calibration;
  const shifts = prior.map((share) => priorCorrection * Math.log(share));
  let loss = 0;
  for (const [row, target] of targets.entries()) {
    const moved = shifts.map((shift, label) => sharpness * (scores[row * prior.length + label] ?? 0) - shift);
    const highest = Math.max(...moved);
    const sum = moved.reduce((total, score) => total + Math.exp(score - highest), 0);
    loss += Math.log(sum) + highest - (moved[target] ?? 0);
  }
  return loss / targets.length;
}

const CANDIDATES = Array.from({ length: 31 }, (_, step) => (10 + step) / 20);

/**
 * The sharpness from 0.5 to 2 with which the corrected probabilities fit rows best that the model
 * has not seen (log loss); 1 without rows.
 * @param prior share of each class in the training rows, all above 0
 */
export function chooseSharpness(
  model: LinearModel,
  rows: SparseVector[],
  targets: Int32Array,
  prior: Float64Array,
  priorCorrection: number,
): number {
  if (rows.length === 0) return 1;
  const scores = scoresOf(model, rows);
  const losses = CANDIDATES.map((sharpness) => logLoss(scores, targets, prior, { sharpness, priorCorrection }));
  return CANDIDATES[losses.indexOf(Math.min(...losses))] ?? 1;
}

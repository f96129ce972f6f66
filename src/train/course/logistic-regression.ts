import { type LbfgsSettings, type Objective, type OnIteration, minimize } from './lbfgs.js';
import { addScaled, dot } from './vector.js';
import type { SparseRows } from './tfidf.js';

/** Softmax regression in double precision. */
export interface LogisticModel {
  classes: number;
  /** Row by row: features × classes. */
  weights: Float64Array;
  intercepts: Float64Array;
}

/** Of the mean log loss; a tighter one moves the held-out figures in the fifth digit at most. */
const CONVERGED: LbfgsSettings = { tolerance: 1e-6, maxIterations: 1000 };

function fillProbabilities(
  { weights, intercepts, classes }: LogisticModel,
  rows: SparseRows,
  row: number,
  target: Float64Array,
): void {
  target.set(intercepts);
  const end = rows.offsets[row + 1] ?? 0;
  for (let term = rows.offsets[row] ?? 0; term < end; term++) {
    const start = (rows.indices[term] ?? 0) * classes;
    const value = rows.values[term] ?? 0;
    for (let label = 0; label < classes; label++) {
      target[label] = (target[label] ?? 0) + value * (weights[start + label] ?? 0);
    }
  }
  let highest = -Infinity;
  for (let label = 0; label < classes; label++) highest = Math.max(highest, target[label] ?? 0);
  let sum = 0;
  for (let label = 0; label < classes; label++) sum += target[label] = Math.exp((target[label] ?? 0) - highest);
  for (let label = 0; label < classes; label++) target[label] = (target[label] ?? 0) / sum;
}

/** Adds a row's part of the gradient; `errors` is probability minus truth. */
function addGradient(gradient: LogisticModel, rows: SparseRows, row: number, errors: Float64Array): void {
  const { weights, intercepts, classes } = gradient;
  for (let label = 0; label < classes; label++) intercepts[label] = (intercepts[label] ?? 0) + (errors[label] ?? 0);
  const end = rows.offsets[row + 1] ?? 0;
  for (let term = rows.offsets[row] ?? 0; term < end; term++) {
    const start = (rows.indices[term] ?? 0) * classes;
    const value = rows.values[term] ?? 0;
    for (let label = 0; label < classes; label++) {
      weights[start + label] = (weights[start + label] ?? 0) + value * (errors[label] ?? 0);
    }
  }
}

/** The variables as a model: all weights, then the intercepts. */
const viewOf = (variables: Float64Array, classes: number): LogisticModel => ({
  classes,
  weights: variables.subarray(0, variables.length - classes),
  intercepts: variables.subarray(variables.length - classes),
});

/** Mean log loss plus the L2 penalty of the weights; the intercepts go free. */
function penalisedLoss(rows: SparseRows, targets: Int32Array, classes: number, penalty: number): Objective {
  const errors = new Float64Array(classes);
  return (variables, derivatives) => {
    const model = viewOf(variables, classes);
    const gradient = viewOf(derivatives.fill(0), classes);
    let loss = 0;
    for (let row = 0; row < targets.length; row++) {
      const target = targets[row] ?? 0;
      fillProbabilities(model, rows, row, errors);
      loss -= Math.log(errors[target] ?? 0);
      errors[target] = (errors[target] ?? 0) - 1;
      addGradient(gradient, rows, row, errors);
    }
    addScaled(gradient.weights, penalty, model.weights);
    for (let cell = 0; cell < derivatives.length; cell++) derivatives[cell] = (derivatives[cell] ?? 0) / targets.length;
    return (loss + (penalty / 2) * dot(model.weights, model.weights)) / targets.length;
  };
}

/**
 * `LogisticRegression()` of scikit-learn, solved to its optimum: L2 penalty with C = 1 on the
 * weights. Two classes are one weight vector there, which is penalised like two opposite ones with
 * twice the strength.
 * @param features number of features
 */
export async function fitLogisticRegression(
  rows: SparseRows,
  targets: Int32Array,
  features: number,
  classes: number,
  onIteration?: OnIteration,
): Promise<LogisticModel> {
  const objective = penalisedLoss(rows, targets, classes, classes === 2 ? 2 : 1);
  return viewOf(await minimize(objective, (features + 1) * classes, CONVERGED, onIteration), classes);
}

/** One array per row, one probability per class. */
export const predictLogistic = (model: LogisticModel, rows: SparseRows): Float64Array[] =>
  Array.from({ length: rows.offsets.length - 1 }, (_, row) => {
    const probabilities = new Float64Array(model.classes);
    fillProbabilities(model, rows, row, probabilities);
    return probabilities;
  });

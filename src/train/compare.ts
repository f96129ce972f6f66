import { argMax, type Figures, lossOf } from './evaluate.js';
import { seededRandom } from './random.js';

/** A difference and the interval that holds 95 % of its resampled values. */
interface Interval {
  difference: number;
  low: number;
  high: number;
}

type PerFigure<T> = Record<keyof Figures, T>;

export interface Comparison {
  /** Of each model's figures, in the models' order. */
  standardErrors: PerFigure<number>[];
  /** The first model minus the second. */
  difference: PerFigure<Interval>;
}

/** Drawings of as many rows as there are, with replacement. */
const RESAMPLES = 1000;
const TAIL = 0.025;
const FIGURES = ['accuracy', 'macroF1', 'logLoss'] as const;

interface Answers {
  predicted: Int32Array;
  losses: Float64Array;
}

const answersOf = (probabilities: ArrayLike<number>[], targets: Int32Array): Answers => ({
  predicted: Int32Array.from(probabilities, argMax),
  losses: Float64Array.from(probabilities, (values, row) => lossOf(values[targets[row] ?? 0])),
});

/** The figures of the drawn rows; `drawn[n]` is how often row n was drawn. */
function figuresOf({ predicted, losses }: Answers, targets: Int32Array, drawn: Int32Array, classes: number): Figures {
  const hits = new Int32Array(classes);
  const mentions = new Int32Array(classes);
  let loss = 0;
  for (let row = 0; row < drawn.length; row++) {
    const times = drawn[row] ?? 0;
    const target = targets[row] ?? 0;
    const prediction = predicted[row] ?? 0;
    loss += times * (losses[row] ?? 0);
    mentions[target] = (mentions[target] ?? 0) + times;
    mentions[prediction] = (mentions[prediction] ?? 0) + times;
    if (prediction === target) hits[target] = (hits[target] ?? 0) + times;
  }
  const scores = Array.from(mentions, (mentioned, label) => (2 * (hits[label] ?? 0)) / mentioned).filter(
    (score) => !Number.isNaN(score),
  );
  return {
    accuracy: hits.reduce((sum, count) => sum + count, 0) / drawn.length,
    macroF1: meanOf(scores),
    logLoss: loss / drawn.length,
  };
}

const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviationOf(values: number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function intervalOf(difference: number, resampled: number[]): Interval {
  const sorted = resampled.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? difference;
  return { difference, low: at(TAIL), high: at(1 - TAIL) };
}

const perFigure = <T>(make: (figure: keyof Figures) => T): PerFigure<T> =>
  Object.fromEntries(FIGURES.map((figure) => [figure, make(figure)])) as PerFigure<T>;

/** By how much the first model's figure is above the second's. */
const leadOf = ([first, second]: Figures[], figure: keyof Figures): number =>
  (first?.[figure] ?? 0) - (second?.[figure] ?? 0);

/**
 * How sure the figures of models are that were measured on the same rows, and the difference of the
 * first two, by a paired bootstrap. The same input gives the same bits.
 * @param models each one's probabilities: one array per row
 */
export function compareModels(
  models: ArrayLike<number>[][],
  targets: Int32Array,
  classes: number,
  seed: number,
): Comparison {
  const answers = models.map((probabilities) => answersOf(probabilities, targets));
  const figuresFor = (drawn: Int32Array): Figures[] =>
    answers.map((answer) => figuresOf(answer, targets, drawn, classes));
  const random = seededRandom(seed);
  const resampled = Array.from({ length: RESAMPLES }, () => {
    const drawn = new Int32Array(targets.length);
    for (let draw = 0; draw < drawn.length; draw++) {
      const row = Math.floor(random() * drawn.length);
      drawn[row] = (drawn[row] ?? 0) + 1;
    }
    return figuresFor(drawn);
  });
  const all = figuresFor(new Int32Array(targets.length).fill(1));
  return {
    standardErrors: models.map((_, model) =>
      perFigure((figure) => deviationOf(resampled.map((figures) => figures[model]?.[figure] ?? 0))),
    ),
    difference: perFigure((figure) =>
      intervalOf(
        leadOf(all, figure),
        resampled.map((figures) => leadOf(figures, figure)),
      ),
    ),
  };
}

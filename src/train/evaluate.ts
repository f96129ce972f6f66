/** How well predictions fit the truth, on texts that training has not seen. */
export interface Evaluation {
  rows: number;
  accuracy: number;
  /** Mean F1 over all classes; a class that is never predicted rightly counts 0. */
  macroF1: number;
  /** Mean negative log probability of the true class, nats. */
  logLoss: number;
  /** Expected calibration error over ten bins of confidence. */
  ece: number;
  /** Per class, in the order of the labels. */
  perClass: ClassEvaluation[];
  /** `confusion[true][predicted]` in rows. */
  confusion: number[][];
}

interface ClassEvaluation {
  label: string;
  rows: number;
  precision: number;
  recall: number;
  f1: number;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** The number of the highest value; the first of equal ones. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}

function evaluateClass(confusion: number[][], label: string, number: number): ClassEvaluation {
  const hits = confusion[number]?.[number] ?? 0;
  const rows = sum(confusion[number] ?? []);
  const predicted = sum(confusion.map((row) => row[number] ?? 0));
  return {
    label,
    rows,
    precision: ratio(hits, predicted),
    recall: ratio(hits, rows),
    f1: ratio(2 * hits, rows + predicted),
  };
}

const BINS = 10;

function calibrationError(confidences: number[], hits: boolean[]): number {
  const gaps = Array.from({ length: BINS }, () => 0);
  for (const [row, confidence] of confidences.entries()) {
    const bin = Math.min(BINS - 1, Math.floor(confidence * BINS));
    gaps[bin] = (gaps[bin] ?? 0) + confidence - (hits[row] ? 1 : 0);
  }
  return ratio(sum(gaps.map(Math.abs)), confidences.length);
}

/**
 * @param probabilities one array per row, one probability per label
 * @param targets true label numbers, one per row
 */
export function evaluate(probabilities: ArrayLike<number>[], targets: Int32Array, labels: string[]): Evaluation {
  const confusion = labels.map(() => labels.map(() => 0));
  const confidences: number[] = [];
  const hits: boolean[] = [];
  let loss = 0;
  for (const [row, values] of probabilities.entries()) {
    const target = targets[row] ?? 0;
    const predicted = argMax(values);
    const cells = confusion[target];
    if (cells !== undefined) cells[predicted] = (cells[predicted] ?? 0) + 1;
    confidences.push(values[predicted] ?? 0);
    hits.push(predicted === target);
    loss -= Math.log(Math.max(values[target] ?? 0, 1e-15));
  }
  const perClass = labels.map((label, number) => evaluateClass(confusion, label, number));
  const rows = probabilities.length;
  return {
    rows,
    accuracy: ratio(hits.filter(Boolean).length, rows),
    macroF1: ratio(sum(perClass.map(({ f1 }) => f1)), labels.length),
    logLoss: ratio(loss, rows),
    ece: calibrationError(confidences, hits),
    perClass,
    confusion,
  };
}

/** The figures that models are compared by. */
export interface Figures {
  accuracy: number;
  /** Mean F1 over the classes that occur among truths or predictions, as scikit-learn has it. */
  macroF1: number;
  /** Mean negative log probability of the true class, nats. */
  logLoss: number;
}

/** How well predictions fit the truth, on texts that training has not seen. */
export interface Evaluation extends Figures {
  rows: number;
  /** Expected calibration error: the mean gap between confidence and accuracy over ten bins. */
  ece: number;
  /** One bin per tenth of confidence, from 0–0.1 on; an empty one holds zeros. */
  calibration: CalibrationBin[];
  /** Per class, in the order of the labels. */
  perClass: ClassEvaluation[];
  /** `confusion[true][predicted]` in rows. */
  confusion: number[][];
}

export interface CalibrationBin {
  rows: number;
  /** Mean probability of the predicted class. */
  confidence: number;
  accuracy: number;
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

function calibrate(confidences: number[], hits: boolean[]): CalibrationBin[] {
  const sums = Array.from({ length: BINS }, () => ({ rows: 0, confidence: 0, hits: 0 }));
  for (const [row, confidence] of confidences.entries()) {
    const bin = sums[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    if (bin === undefined) continue;
    bin.rows += 1;
    bin.confidence += confidence;
    bin.hits += hits[row] ? 1 : 0;
  }
  return sums.map((bin) => ({
    rows: bin.rows,
    confidence: ratio(bin.confidence, bin.rows),
    accuracy: ratio(bin.hits, bin.rows),
  }));
}

const calibrationError = (bins: CalibrationBin[], rows: number): number =>
  ratio(sum(bins.map((bin) => bin.rows * Math.abs(bin.confidence - bin.accuracy))), rows);

function countConfusions(predicted: number[], targets: Int32Array, classes: number): number[][] {
  const confusion = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (const [row, prediction] of predicted.entries()) {
    const cells = confusion[targets[row] ?? 0];
    if (cells !== undefined) cells[prediction] = (cells[prediction] ?? 0) + 1;
  }
  return confusion;
}

/** What a row costs whose true class was given this probability, nats. */
export const lossOf = (probability: number | undefined): number => -Math.log(Math.max(probability ?? 0, 1e-15));

/**
 * @param probabilities one array per row, one probability per label
 * @param targets true label numbers, one per row
 */
export function evaluate(probabilities: ArrayLike<number>[], targets: Int32Array, labels: string[]): Evaluation {
  const rows = probabilities.length;
  const predicted = probabilities.map(argMax);
  const hits = predicted.map((prediction, row) => prediction === targets[row]);
  const confusion = countConfusions(predicted, targets, labels.length);
  const perClass = labels.map((label, number) => evaluateClass(confusion, label, number));
  const occurring = perClass.filter(({ rows: held }, number) => held > 0 || predicted.includes(number));
  const confidences = probabilities.map((values, row) => values[predicted[row] ?? 0] ?? 0);
  const calibration = calibrate(confidences, hits);
  return {
    rows,
    accuracy: ratio(hits.filter(Boolean).length, rows),
    macroF1: ratio(sum(occurring.map(({ f1 }) => f1)), occurring.length),
    logLoss: ratio(sum(probabilities.map((values, row) => lossOf(values[targets[row] ?? 0]))), rows),
    ece: calibrationError(calibration, rows),
    calibration,
    perClass,
    confusion,
  };
}

import { basename } from 'node:path';
import { createFeaturiser } from '../model/featuriser.js';
import { FORMAT, FORMAT_VERSION, type ModelMetadata, encodeFeaturiser } from '../model/metadata.js';
import { createHash } from 'node:crypto';
import { configError } from '../errors.js';
import { type Columns, type Dataset, readDataset } from './dataset.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { exportOnnx } from './export-onnx.js';
import { type FeatureBudget, fitFeaturiser } from './fit-featuriser.js';
import { GOLDEN_TEXTS } from './golden-texts.js';
import { type LinearModel, fitSoftmaxRegression, predictProbabilities } from './softmax-regression.js';
import { splitDataset } from './split.js';

export interface TrainingOptions {
  /** CSV file with a header line. */
  data: string;
  columns: Columns;
  /** Share of the rows that is held out to measure the model, between 0 and 1. */
  testShare: number;
  seed: number;
}

export interface TrainedModel {
  onnx: Uint8Array;
  metadata: ModelMetadata;
}

/** Gets one line per finished stage and is waited for; it may throw to stop the training. */
export type Progress = (line: string) => void | Promise<void>;

/** Found on validation parts of the tweet data's training rows; its test part had no say. */
const BUDGET: FeatureBudget = {
  word: { features: 8000, minTexts: 2 },
  char: { features: 16_000, minTexts: 5 },
  rowNorm: 1.4,
  smoothing: 40,
};
const OPTIMISER = { epochs: 4, rate: 0.2, c: 0.5 };
/**
 * How much of the prior is taken out of the bias: rare labels get a chance, for a little log loss.
 */
const PRIOR_CORRECTION = 0.2;

interface Part {
  texts: string[];
  classes: Int32Array;
}

const partOf = ({ texts, classes }: Dataset, rows: Int32Array): Part => ({
  texts: Array.from(rows, (row) => texts[row] ?? ''),
  classes: rows.map((row) => classes[row] ?? 0),
});

function sharesOf(classes: Int32Array, classCount: number): Float64Array {
  const shares = new Float64Array(classCount);
  for (const number of classes) shares[number] = (shares[number] ?? 0) + 1 / classes.length;
  return shares;
}

function requireEnough({ train, test }: { train: Part; test: Part }, options: TrainingOptions): void {
  if (test.texts.length > 0 && train.texts.length > 0) return;
  throw configError(`${options.data} has too few rows to hold out a share of ${options.testShare}`, {
    why: `${train.texts.length} rows would be left for training and ${test.texts.length} for the test.`,
    hint: 'Add rows, or choose another share with --test',
  });
}

const correctPrior = (model: LinearModel, prior: Float64Array): LinearModel => ({
  ...model,
  bias: model.bias.map((value, label) => value - PRIOR_CORRECTION * Math.log(prior[label] ?? 1)),
});

/** What a model would score that knows nothing but how frequent each label is. */
const evaluateMajority = (prior: Float64Array, test: Part, labels: string[]): Evaluation =>
  evaluate(
    test.texts.map(() => prior),
    test.classes,
    labels,
  );

const DIGITS = 6;
const rounded = (values: Float64Array): number[] => Array.from(values, (value) => Number(value.toFixed(DIGITS)));

/**
 * Trains a text classifier from a CSV file. Pure but for reading the file: the same file and options
 * give the same bytes.
 * @throws FortressError (exit 2) when the data cannot be used
 */
export async function trainModel(options: TrainingOptions, progress: Progress = () => {}): Promise<TrainedModel> {
  const dataset = await readDataset(options.data, options.columns);
  const { labels } = dataset;
  await progress(`read ${dataset.texts.length} rows with ${labels.length} labels from ${options.data}`);

  const split = splitDataset(dataset, options.testShare, options.seed);
  const train = partOf(dataset, split.train);
  const test = partOf(dataset, split.test);
  requireEnough({ train, test }, options);
  await progress(`training on ${train.texts.length} rows, ${test.texts.length} are held out`);

  const prior = sharesOf(train.classes, labels.length);
  const parameters = fitFeaturiser(train.texts, train.classes, prior, BUDGET);
  const features = parameters.hashes.length;
  if (features === 0) {
    throw configError(`The texts of ${options.data} have no words in common`, {
      why: `Nothing occurs in ${BUDGET.word.minTexts} of the ${train.texts.length} texts.`,
      hint: 'Check that --text names the right column, or add rows',
    });
  }
  await progress(`chose ${parameters.wordFeatures} word and ${features - parameters.wordFeatures} character features`);

  const featurise = createFeaturiser(parameters);
  const rows = train.texts.map(featurise);
  await progress('computed the features of the training rows');

  const settings = { ...OPTIMISER, seed: options.seed };
  const fitted = await fitSoftmaxRegression(rows, train.classes, features, prior, settings, (epoch) =>
    progress(`epoch ${epoch} of ${settings.epochs}`),
  );
  const model = correctPrior(fitted, prior);
  const predict = (text: string): Float64Array => predictProbabilities(model, featurise(text));
  const metrics = {
    model: evaluate(test.texts.map(predict), test.classes, labels),
    majority: evaluateMajority(prior, test, labels),
  };
  await progress(`accuracy ${metrics.model.accuracy.toFixed(4)} on the held-out rows`);

  const onnx = exportOnnx(model, labels);
  const metadata: ModelMetadata = {
    format: FORMAT,
    version: FORMAT_VERSION,
    labels,
    model: { file: 'model.onnx', bytes: onnx.length, sha256: createHash('sha256').update(onnx).digest('hex') },
    data: {
      file: basename(options.data),
      sha256: dataset.sha256,
      textColumn: options.columns.text,
      labelColumn: options.columns.label,
      rows: dataset.texts.length,
      trainRows: train.texts.length,
      testRows: test.texts.length,
    },
    training: {
      seed: options.seed,
      testShare: options.testShare,
      ...OPTIMISER,
      smoothing: BUDGET.smoothing,
      priorCorrection: PRIOR_CORRECTION,
    },
    metrics,
    featuriser: encodeFeaturiser(parameters),
    golden: GOLDEN_TEXTS.map((text) => ({ text, probabilities: rounded(predict(text)) })),
  };
  return { onnx, metadata };
}

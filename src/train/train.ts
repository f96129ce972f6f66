import { basename } from 'node:path';
import { FORMAT, FORMAT_VERSION, type ModelMetadata, encodeFeaturiser } from '../model/metadata.js';
import { createHash } from 'node:crypto';
import { configError } from '../errors.js';
import { type Columns, type Dataset, readDataset } from './dataset.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { exportOnnx } from './export-onnx.js';
import { GOLDEN_TEXTS } from './golden-texts.js';
import {
  BUDGET,
  type LabelledTexts,
  OPTIMISER,
  PRIOR_CORRECTION,
  type Progress,
  createPredictor,
  fitRecipe,
  sharesOf,
} from './recipe.js';
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

const partOf = ({ texts, classes }: Dataset, rows: Int32Array): LabelledTexts => ({
  texts: Array.from(rows, (row) => texts[row] ?? ''),
  classes: rows.map((row) => classes[row] ?? 0),
});

function requireEnough({ train, test }: { train: LabelledTexts; test: LabelledTexts }, options: TrainingOptions): void {
  if (test.texts.length > 0 && train.texts.length > 0) return;
  throw configError(`${options.data} has too few rows to hold out a share of ${options.testShare}`, {
    why: `${train.texts.length} rows would be left for training and ${test.texts.length} for the test.`,
    hint: 'Add rows, or choose another share with --test',
  });
}

/** What a model would score that knows nothing but how frequent each label is. */
const evaluateMajority = (prior: Float64Array, test: LabelledTexts, labels: string[]): Evaluation =>
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
  const fitted = await fitRecipe(train, labels.length, options.seed, progress);
  const { parameters, model } = fitted;
  if (parameters.hashes.length === 0) {
    throw configError(`The texts of ${options.data} have no words in common`, {
      why: `Nothing occurs in ${BUDGET.word.minTexts} of the ${train.texts.length} texts.`,
      hint: 'Check that --text names the right column, or add rows',
    });
  }
  const predict = createPredictor(fitted);
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

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { configError } from '../errors.js';
import { FORMAT, FORMAT_VERSION, type ModelMetadata, encodeFeaturiser } from '../model/metadata.js';
import { VERSION } from '../version.js';
import { compareModels } from './compare.js';
import type { Columns } from './csv.js';
import { type Dataset, readDataset } from './dataset.js';
import { RECIPE_SETTINGS } from './describe-recipe.js';
import { type Duplicates, countDuplicates } from './duplicates.js';
import { evaluate } from './evaluate.js';
import { exportOnnx } from './export-onnx.js';
import { GOLDEN_TEXTS } from './golden-texts.js';
import { createLimit } from './limit.js';
import type { Progress, Stage, TrainingEvents } from './progress.js';
import { createPredictor, type FittedModel, type LabelledTexts, sharesOf } from './recipe.js';
import { describeDesigns, type MeasuredDesign } from './self-contained/describe-designs.js';
import type { timeDesigns } from './self-contained/time-designs.js';
import type { SelfContainedOutput } from './self-contained/train-self-contained.js';
import { splitDataset } from './split.js';
import type { TaskInput, TaskName, TaskOutput, TaskRunner } from './tasks.js';

export interface TrainingOptions {
  /** CSV file with a header line. */
  data: string;
  columns: Columns;
  /** Share of the rows that is held out to measure the model, between 0 and 1. */
  testShare: number;
  seed: number;
  /** Also make the model that takes texts without our featuriser. */
  selfContained?: boolean;
}

/** Where and how a training is done; it has no influence on what comes out. */
export interface TrainingContext {
  run: TaskRunner;
  /** How many tasks may run at the same time. */
  parallel: number;
  events: TrainingEvents;
  signal: AbortSignal;
  /** Times the designs; without it their times stay unknown. */
  timeDesigns?: typeof timeDesigns;
}

/** What training writes: with all that models of earlier versions may lack. */
export interface TrainedMetadata extends ModelMetadata {
  data: Required<ModelMetadata['data']>;
  metrics: {
    [Part in keyof Required<ModelMetadata['metrics']>]: Required<Required<ModelMetadata['metrics']>[Part]>;
  };
}

export interface TrainedModel {
  onnx: Uint8Array;
  /** The graph that takes texts, when it was asked for. */
  selfContained?: Uint8Array;
  metadata: TrainedMetadata;
}

interface Parts {
  train: LabelledTexts;
  test: LabelledTexts;
}

/** Probabilities for the held-out texts, by measured model. */
interface Answers {
  model: Float64Array[];
  course: Float64Array[];
  majority: Float64Array[];
}

/** What the long tasks come to. */
interface Fitted {
  answers: Answers;
  shipped: FittedModel;
  selfContained: SelfContainedOutput | undefined;
}

const partOf = ({ texts, classes }: Dataset, rows: Int32Array): LabelledTexts => ({
  texts: Array.from(rows, (row) => texts[row] ?? ''),
  classes: rows.map((row) => classes[row] ?? 0),
});

function splitParts(dataset: Dataset, { data, testShare, seed }: TrainingOptions): Parts {
  const split = splitDataset(dataset, testShare, seed);
  const parts = { train: partOf(dataset, split.train), test: partOf(dataset, split.test) };
  if (parts.test.texts.length > 0 && parts.train.texts.length > 0) return parts;
  throw configError(`${data} has too few rows to hold out a share of ${testShare}`, {
    why: `${parts.train.texts.length} rows would be left for training and ${parts.test.texts.length} for the test.`,
    hint: 'Add rows, or choose another share with --test',
  });
}

/** Runs one task as the stage of the same name. */
async function runStage<Name extends TaskName & Stage>(
  { run, events, signal }: TrainingContext,
  name: Name,
  input: TaskInput<Name>,
  result: string,
): Promise<TaskOutput<Name>> {
  signal.throwIfAborted();
  events.started(name);
  const progress: Progress = (line, done) => events.progress(name, line, done);
  const output = await run(name, input, progress, signal);
  events.finished(name, result);
  return output;
}

/** The long tasks, the longest first; when one fails, the others are stopped. */
async function fitAll(
  dataset: Dataset,
  { train, test }: Parts,
  { seed, selfContained = false }: TrainingOptions,
  context: TrainingContext,
): Promise<Fitted> {
  const failure = new AbortController();
  const guarded = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  const limit = createLimit(context.parallel);
  const classCount = dataset.labels.length;
  const measured = { data: train, test: test.texts, classCount, seed };
  const rows = { texts: dataset.texts, classes: dataset.classes };
  const all = { data: rows, classCount, seed };
  const everything = { all: rows, train, test: test.texts, labels: dataset.labels, seed };
  const tasks = [
    selfContained
      ? limit(() => runStage(guarded, 'selfContained', everything, 'asked about the same rows; saw all rows then'))
      : undefined,
    limit(() => runStage(guarded, 'ship', all, `saw all ${dataset.texts.length} rows`)),
    limit(() => runStage(guarded, 'measure', measured, `asked about ${test.texts.length} rows it has not seen`)),
    limit(() => runStage(guarded, 'course', measured, 'asked about the same rows')),
  ] as const;
  try {
    const [contained, shipped, model, course] = await Promise.all(tasks);
    const prior = sharesOf(train.classes, classCount);
    return { shipped, selfContained: contained, answers: { model, course, majority: test.texts.map(() => prior) } };
  } catch (error) {
    failure.abort(error);
    await Promise.allSettled(tasks);
    throw error;
  }
}

function measure(
  { model, course, majority }: Answers,
  { classes }: LabelledTexts,
  labels: string[],
  seed: number,
): TrainedMetadata['metrics'] {
  const { standardErrors, difference } = compareModels([model, course, majority], classes, labels.length, seed);
  const none = { accuracy: 0, macroF1: 0, logLoss: 0 };
  return {
    model: { ...evaluate(model, classes, labels), standardErrors: standardErrors[0] ?? none },
    course: { ...evaluate(course, classes, labels), standardErrors: standardErrors[1] ?? none },
    majority: { ...evaluate(majority, classes, labels), standardErrors: standardErrors[2] ?? none },
    versusCourse: difference,
  };
}

const DIGITS = 6;
const rounded = (values: Float64Array): number[] => Array.from(values, (value) => Number(value.toFixed(DIGITS)));

const describeData = (
  dataset: Dataset,
  { train, test }: Parts,
  { data, columns }: TrainingOptions,
  duplicates: Duplicates,
): TrainedMetadata['data'] => ({
  file: basename(data),
  sha256: dataset.sha256,
  textColumn: columns.text,
  labelColumn: columns.label,
  rows: dataset.texts.length,
  trainRows: train.texts.length,
  testRows: test.texts.length,
  shippedRows: dataset.texts.length,
  duplicates,
});

/** Both designs of the model that is shipped, with the figures of those that were measured. */
async function compareDesigns(
  { shipped, answers, selfContained }: Fitted,
  bytes: number,
  { test, labels }: { test: LabelledTexts; labels: string[] },
  { timeDesigns }: TrainingContext,
): Promise<ModelMetadata['designs']> {
  if (selfContained === undefined) return undefined;
  const times = await timeDesigns?.({ features: shipped, selfContained: selfContained.onnx, labels }, test.texts);
  const measured = (probabilities: Float64Array[], size: number): MeasuredDesign => ({
    bytes: size,
    figures: evaluate(probabilities, test.classes, labels),
    answers: probabilities,
  });
  return describeDesigns(
    measured(answers.model, bytes),
    measured(selfContained.answers, selfContained.onnx.length),
    times ?? { features: null, selfContained: null },
  );
}

async function readData(
  options: TrainingOptions,
  { events, signal }: TrainingContext,
): Promise<Dataset & { parts: Parts }> {
  signal.throwIfAborted();
  events.started('data');
  const dataset = await readDataset(options.data, options.columns);
  const parts = splitParts(dataset, options);
  events.finished(
    'data',
    `${dataset.texts.length} rows, ${dataset.labels.length} labels; ${parts.test.texts.length} rows held out`,
  );
  return { ...dataset, parts };
}

/**
 * Trains a text classifier from a CSV file: our recipe and the course's are fitted on one part of the
 * rows and measured on the other; then our recipe is fitted again on all rows, and that model is the
 * one to ship. Pure but for reading the file and the times of designs: the same file and options give
 * the same bytes.
 * @throws FortressError (exit 2) when the data cannot be used; the signal's reason when it is aborted
 */
export async function trainModel(options: TrainingOptions, context: TrainingContext): Promise<TrainedModel> {
  const { parts, ...dataset } = await readData(options, context);
  const { labels } = dataset;
  const fitted = await fitAll(dataset, parts, options, context);
  const { shipped, answers, selfContained } = fitted;
  context.events.started('write');
  const onnx = exportOnnx(shipped.model, labels);
  const predict = createPredictor(shipped);
  const featuriser = encodeFeaturiser(shipped.parameters);
  const bytes = onnx.length + JSON.stringify(featuriser).length;
  const designs = await compareDesigns(fitted, bytes, { test: parts.test, labels }, context);
  const metadata: TrainedMetadata = {
    format: FORMAT,
    version: FORMAT_VERSION,
    labels,
    model: { file: 'model.onnx', bytes: onnx.length, sha256: createHash('sha256').update(onnx).digest('hex') },
    data: describeData(dataset, parts, options, countDuplicates(dataset)),
    training: {
      fortress: VERSION,
      node: process.version,
      seed: options.seed,
      testShare: options.testShare,
      ...RECIPE_SETTINGS,
      sharpness: shipped.sharpness,
    },
    metrics: measure(answers, parts.test, labels, options.seed),
    units: { logLoss: 'nats', bytes: 'byte', microsecondsPerText: 'µs' },
    ...(designs === undefined ? {} : { designs }),
    featuriser,
    golden: GOLDEN_TEXTS.map((text) => ({ text, probabilities: rounded(predict(text)) })),
  };
  return { onnx, metadata, ...(selfContained === undefined ? {} : { selfContained: selfContained.onnx }) };
}

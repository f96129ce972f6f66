import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ExitCode, usageError } from '../../errors.js';
import { type TrainingOptions, trainModel } from '../../train/train.js';
import { type WrittenModel, writeModel } from '../../train/write-model.js';
import type { ModelMetadata } from '../../model/metadata.js';
import type { CommandBody } from '../command.js';

/** As they come from the command line. */
export interface TrainFlags {
  data?: string;
  out?: string;
  text?: string;
  label?: string;
  test?: string;
  seed?: string;
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share > 0 && share < 1) return share;
  throw usageError(`--test ${text} is not a share between 0 and 1`, { hint: 'For one row in ten: --test 0.1' });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  throw usageError(`--seed ${text} is not a whole number from 0 to ${2 ** 32 - 1}`);
}

function parseFlags(flags: TrainFlags): TrainingOptions {
  if (flags.data === undefined) {
    throw usageError('No training data given', { hint: 'Name a CSV file: fortress train --data FILE' });
  }
  return {
    data: flags.data,
    columns: { text: flags.text ?? 'content', label: flags.label ?? 'sentiment' },
    testShare: parseShare(flags.test ?? '0.1'),
    seed: parseSeed(flags.seed ?? '1'),
  };
}

const metricLine = (name: string, ours: number, theirs: number): string =>
  `  ${name.padEnd(10)} ${ours.toFixed(4)}   (majority class ${theirs.toFixed(4)})`;

function report(metadata: ModelMetadata, { files }: WrittenModel, seconds: number): string {
  const { model, majority } = metadata.metrics;
  return [
    `Trained in ${seconds.toFixed(1)} s; on ${model.rows} held-out rows:`,
    metricLine('accuracy', model.accuracy, majority.accuracy),
    metricLine('macro-F1', model.macroF1, majority.macroF1),
    metricLine('log loss', model.logLoss, majority.logLoss),
    ...files.map(({ path, bytes }) => `  wrote ${path} (${Math.round(bytes / 1000)} kB)`),
    '',
  ].join('\n');
}

/** `fortress train`: CSV → model.onnx, model.json and a model card. */
export const run: CommandBody<TrainFlags> = async ({ options, signal }) => {
  const training = parseFlags(options);
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const trained = await trainModel(training, async (line) => {
    process.stderr.write(`[${elapsed().toFixed(1).padStart(5)} s] ${line}\n`);
    // Training computes without a pause; here a Ctrl-C gets its turn.
    await setImmediate();
    signal.throwIfAborted();
  });
  const written = await writeModel(resolve(options.out ?? 'model'), trained);
  const { labels, data, metrics } = trained.metadata;
  const document = { labels, data, training: trained.metadata.training, metrics, ...written, seconds: elapsed() };
  process.stdout.write(
    options.json ? `${JSON.stringify(document, null, 2)}\n` : report(trained.metadata, written, elapsed()),
  );
  return ExitCode.ok;
};

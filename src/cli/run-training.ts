import { resolve } from 'node:path';
import { ExitCode, usageError } from '../errors.js';
import { print, printJson } from '../report/print.js';
import { createTrainingReporter } from '../report/training-reporter.js';
import { summarizeTraining } from '../report/training-summary.js';
import { stagesOf } from '../train/progress.js';
import { type TrainedModel, type TrainingContext, type TrainingOptions, trainModel } from '../train/train.js';
import { assertWritable, type WrittenModel, writeModel } from '../train/write-model.js';
import type { GlobalOptions } from './command.js';

/** As they come from the command line. */
export interface TrainFlags {
  data?: string;
  out?: string;
  text?: string;
  label?: string;
  test?: string;
  seed?: string;
  selfContained?: boolean;
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

function parseFolder(folder: string): string {
  if (folder !== '') return resolve(folder);
  throw usageError('--out names no folder', { hint: 'For the folder of the model: --out model' });
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
    selfContained: flags.selfContained === true,
  };
}

/**
 * Trains and writes a model, and says how it went.
 * @param context where and how it is done
 */
export async function runTraining(
  flags: GlobalOptions & TrainFlags,
  context: Omit<TrainingContext, 'events'>,
): Promise<ExitCode> {
  const training = parseFlags(flags);
  const out = parseFolder(flags.out ?? 'model');
  await assertWritable(out);
  const startedAt = performance.now();
  const { metadata, files } = await trainAndWrite(training, out, flags.json === true, context);
  const milliseconds = performance.now() - startedAt;
  if (flags.json) {
    const { labels, data, metrics, designs } = metadata;
    const { training: settings } = metadata;
    printJson({ labels, data, training: settings, metrics, designs, files, milliseconds: Math.round(milliseconds) });
  } else {
    print(summarizeTraining(metadata, files, milliseconds));
  }
  return ExitCode.ok;
}

async function trainAndWrite(
  training: TrainingOptions,
  out: string,
  json: boolean,
  context: Omit<TrainingContext, 'events'>,
): Promise<Pick<TrainedModel, 'metadata'> & WrittenModel> {
  const reporter = await createTrainingReporter({ json, stages: stagesOf(training) });
  try {
    const trained = await trainModel(training, { ...context, events: reporter.events });
    const written = await writeModel(out, trained);
    reporter.events.finished('write', `${written.files.length} files in ${out}`);
    return { metadata: trained.metadata, ...written };
  } finally {
    await reporter.end();
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { seededRandom } from '../../../src/train/random.js';
import { type TaskRunner, runTask } from '../../../src/train/tasks.js';
import { type TrainedModel, type TrainingContext, trainModel } from '../../../src/train/train.js';
import { writeModel } from '../../../src/train/write-model.js';

const OPENINGS = ['today was', 'the match is', 'my breakfast seems', 'this whole week feels', 'that film was'];
const MOODS: Record<string, string[]> = {
  glad: ['wonderful and bright', 'lovely, just lovely', 'a great joy'],
  sad: ['gloomy and cold', 'awful, I could cry', 'a bitter loss'],
  calm: ['quiet as ever', 'ordinary, nothing new', 'plain and slow'],
};

/** Sentences whose label can be told from their words. */
export function sampleRows(count: number, seed = 1): { text: string; label: string }[] {
  const random = seededRandom(seed);
  const pick = (items: string[]): string => items[Math.floor(random() * items.length)] ?? '';
  return Array.from({ length: count }, () => {
    const label = pick(Object.keys(MOODS));
    const number = Math.floor(random() * 1e6);
    return { label, text: `${pick(OPENINGS)} ${pick(MOODS[label] ?? [])} ${number} ${pick(OPENINGS)}` };
  });
}

/** RFC 4180, every field quoted. */
export const toCsv = (rows: string[][]): string =>
  `${rows.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')).join('\n')}\n`;

export const sampleCsv = (count: number, seed = 1): string =>
  toCsv([['content', 'sentiment'], ...sampleRows(count, seed).map(({ text, label }) => [text, label])]);

/** A folder that is gone when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fortress-train-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function temporaryFile(name: string, content: string | Buffer): Promise<string> {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, content);
  return file;
}

/** Does a task where it is asked for: no threads. */
export const runInline: TaskRunner = (name, input, progress, signal) =>
  runTask(name, input, async (line, done) => {
    await progress(line, done);
    signal.throwIfAborted();
  });

/** Trains in this thread and shows nothing. */
export const inlineContext = (): TrainingContext => ({
  run: runInline,
  parallel: 1,
  events: { started: () => {}, progress: () => {}, finished: () => {} },
  signal: new AbortController().signal,
});

const COLUMNS = { text: 'content', label: 'sentiment' };

/** A small real model: three labels, trained in milliseconds. */
export async function trainSample(rows = 400, seed = 1): Promise<TrainedModel> {
  const folder = await mkdtemp(join(tmpdir(), 'fortress-train-'));
  try {
    const data = join(folder, 'sample.csv');
    await writeFile(data, sampleCsv(rows));
    return await trainModel({ data, columns: COLUMNS, testShare: 0.2, seed }, inlineContext());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a model to a folder of its own; gives the path of its ONNX file. */
export async function writeSample(model: TrainedModel): Promise<string> {
  const folder = await temporaryFolder();
  await writeModel(folder, model);
  return join(folder, 'model.onnx');
}

import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { metadataSchema } from '../../../../src/model/metadata.js';
import { argMax, evaluate } from '../../../../src/train/evaluate.js';
import { renderModelCard } from '../../../../src/train/model-card.js';
import type { LabelledTexts } from '../../../../src/train/recipe.js';
import { describeDesigns } from '../../../../src/train/self-contained/describe-designs.js';
import { timeDesigns } from '../../../../src/train/self-contained/time-designs.js';
import { trainSelfContained } from '../../../../src/train/self-contained/train-self-contained.js';
import { type TrainedModel, trainModel } from '../../../../src/train/train.js';
import { writeModel } from '../../../../src/train/write-model.js';
import { inlineContext, sampleCsv, temporaryFolder } from '../sample-data.js';

const columns = { text: 'content', label: 'sentiment' };

async function trainWith(timed: boolean, selfContained = true): Promise<TrainedModel> {
  const folder = await mkdtemp(join(tmpdir(), 'fortress-train-'));
  try {
    const data = join(folder, 'a.csv');
    await writeFile(data, sampleCsv(300));
    const context = { ...inlineContext(), ...(timed ? { timeDesigns } : {}) };
    return await trainModel({ data, columns, testShare: 0.2, seed: 1, selfContained }, context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('training with a self-contained model', () => {
  let trained: TrainedModel;
  beforeAll(async () => {
    trained = await trainWith(true);
  });

  test('measures both designs on the held-out rows', () => {
    const [features, selfContained] = trained.metadata.designs ?? [];
    const { accuracy, macroF1, logLoss } = trained.metadata.metrics.model;
    expect(features).toMatchObject({ file: 'model.onnx', accuracy, macroF1, logLoss, agreement: 1 });
    expect(selfContained).toMatchObject({ file: 'self-contained.onnx', bytes: trained.selfContained?.length });
    expect(selfContained?.accuracy).toBeGreaterThan(0.95);
    expect(selfContained?.agreement).toBeGreaterThan(0.95);
    expect(selfContained?.microsecondsPerText).toBeGreaterThan(0);
    expect(features?.microsecondsPerText).toBeGreaterThan(0);
  });

  test('writes it beside the other, with card and metadata that tell of it', async () => {
    const folder = join(await temporaryFolder(), 'model');
    await mkdir(folder);
    await writeModel(folder, trained);
    expect(await readdir(folder)).toContain('self-contained.onnx');
    expect(new Uint8Array(await readFile(join(folder, 'self-contained.onnx')))).toEqual(
      new Uint8Array(trained.selfContained ?? []),
    );
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('| `self-contained.onnx` |');
    const metadata = metadataSchema.parse(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')));
    expect(metadata.files?.map(({ name }) => name)).toContain('self-contained.onnx');
    expect(metadata.designs).toEqual(trained.metadata.designs);
  });

  test('does not change the other model, nor does timing change either', async () => {
    const [plain, untimed] = [await trainWith(false, false), await trainWith(false)];
    expect(plain.selfContained).toBeUndefined();
    expect(plain.metadata.designs).toBeUndefined();
    expect(plain.onnx).toEqual(trained.onnx);
    expect(untimed.selfContained).toEqual(trained.selfContained);
    expect(untimed.metadata.designs?.map(({ microsecondsPerText }) => microsecondsPerText)).toEqual([null, null]);
    expect(renderModelCard(untimed.metadata, [])).toContain('not measured');
  });
});

const rowsOf = (text: string, label: number): LabelledTexts => ({
  texts: Array.from({ length: 40 }, (_, row) => `${text} and number ${row}`),
  classes: new Int32Array(40).fill(label),
});

const together = (...parts: LabelledTexts[]): LabelledTexts => ({
  texts: parts.flatMap(({ texts }) => texts),
  classes: Int32Array.from(parts.flatMap(({ classes }) => [...classes])),
});

test('asks a model that has seen the training rows only', async () => {
  const [rain, sun, moreRain] = [rowsOf('rain', 0), rowsOf('sun', 1), rowsOf('rain', 1)];
  const all = together(rain, sun, moreRain, moreRain);
  const input = { all, train: together(rain, sun), test: ['rain', 'sun'], labels: ['calm', 'glad'], seed: 1 };
  const { answers } = await trainSelfContained(input, () => {});
  expect(answers.map(argMax)).toEqual([0, 1]);
});

test('agreement is the share of texts with the same label, whatever the truth', () => {
  const answers = [
    [0.9, 0.1],
    [0.2, 0.8],
  ];
  const figures = evaluate(answers, Int32Array.of(0, 0), ['a', 'b']);
  const others = answers.map(() => [0.6, 0.4]);
  const times = { features: null, selfContained: null };
  const [, second] = describeDesigns({ bytes: 1, figures, answers }, { bytes: 1, figures, answers: others }, times);
  expect(second.agreement).toBe(0.5);
});

import { copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { metadataPath } from '../../../src/model/read-metadata.js';
import { readModel } from '../../../src/model/read-model.js';
import type { TrainedModel } from '../../../src/train/train.js';
import { fixture } from './onnx/sample-graphs.js';
import { trainSample, writeSample } from '../train/sample-data.js';

let trained: TrainedModel;
beforeAll(async () => {
  trained = await trainSample();
});

test('reads what training wrote', async () => {
  const path = await writeSample(trained);
  const { metadata } = trained;
  const { labels, model } = metadata;
  expect(await readModel(path)).toMatchObject({ kind: 'features', labels, sha256: model.sha256, metadata });
});

test('reads a model that takes texts, whatever the model.json beside it says', async () => {
  const path = await writeSample(trained);
  const other = join(dirname(path), 'other.onnx');
  await copyFile(fixture('calibrated.onnx'), other);
  expect(await readModel(other)).toMatchObject({ kind: 'text', labels: ['calm', 'glad', 'sad'] });
});

const mentioning = (file: string): object => ({
  code: 'CONFIG_INVALID',
  exitCode: ExitCode.usage,
  message: expect.stringContaining(file),
  why: expect.any(String),
  hint: expect.stringContaining('fortress train'),
});

describe('refuses', () => {
  test('a missing model', async () => {
    const path = await writeSample(trained);
    await rm(path);
    await expect(readModel(path)).rejects.toMatchObject(mentioning(path));
  });

  test('an empty model', async () => {
    const path = await writeSample(trained);
    await writeFile(path, '');
    await expect(readModel(path)).rejects.toMatchObject({ message: `${path} is empty` });
  });

  test('a model without its metadata', async () => {
    const path = await writeSample(trained);
    await rm(metadataPath(path));
    await expect(readModel(path)).rejects.toMatchObject(mentioning(metadataPath(path)));
  });

  test('metadata that is not JSON', async () => {
    const path = await writeSample(trained);
    await writeFile(metadataPath(path), '{');
    await expect(readModel(path)).rejects.toMatchObject(mentioning(`${metadataPath(path)} is not valid JSON`));
  });

  test('a model that is not the described one', async () => {
    const path = await writeSample(trained);
    const content = await readFile(path);
    content[content.length - 1] = (content.at(-1) ?? 0) ^ 1;
    await writeFile(path, content);
    await expect(readModel(path)).rejects.toMatchObject({ why: expect.stringContaining('sha256') });
  });

  test.each([
    ['another version', () => ({ version: 2 }), 'version'],
    ['one label', () => ({ labels: ['only'] }), 'labels'],
    [
      'tables of the wrong size',
      () => ({ featuriser: { ...trained.metadata.featuriser, features: 1, wordFeatures: 1 } }),
      'featuriser',
    ],
    [
      'golden vectors of other labels',
      () => ({ golden: [{ ...trained.metadata.golden[0], probabilities: [1] }] }),
      'golden',
    ],
  ])('metadata with %s', async (_, change, key) => {
    const path = await writeSample(trained);
    await writeFile(metadataPath(path), JSON.stringify({ ...trained.metadata, ...change() }));
    await expect(readModel(path)).rejects.toMatchObject({ why: expect.stringContaining(key) });
  });
});

test('the model in this repository is whole, small and has the promised labels', async () => {
  const found = await readModel('model/model.onnx');
  if (found.kind !== 'features') throw new Error(found.kind);
  const { labels, model, metrics } = found.metadata;
  expect(labels.join(' ')).toBe(
    'anger boredom empty enthusiasm fun happiness hate love neutral relief sadness surprise worry',
  );
  expect(model.bytes + (await stat('model/model.json')).size).toBeLessThan(5e6);
  expect(metrics.model.accuracy).toBeGreaterThan(metrics.majority.accuracy);
  expect(metrics.model.logLoss).toBeLessThan(metrics.majority.logLoss);
});

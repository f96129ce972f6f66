import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { metadataPath } from '../../../src/model/read-metadata.js';
import { loadClassifier } from '../../../src/server/classifier.js';
import type { TrainedModel } from '../../../src/train/train.js';
import { sampleRows, trainSample, writeSample } from '../train/sample-data.js';

let trained: TrainedModel;
beforeAll(async () => {
  trained = await trainSample();
});

const ODD_TEXTS = ['', ' ', '\u0000', '😀', 'さようなら', '\uD800', 'word '.repeat(2000), 'a'.repeat(10_000)];

test('classifies sentences it has not seen', async () => {
  const { labels, classify } = await loadClassifier(await writeSample(trained));
  for (const { text, label } of sampleRows(50, 77)) {
    const probabilities = await classify(text);
    expect(labels[probabilities.indexOf(Math.max(...probabilities))]).toBe(label);
  }
});

test('a text gets the same answer alone and among others, long ones too', async () => {
  const { classify } = await loadClassifier(await writeSample(trained));
  const texts = [...sampleRows(200, 5).map(({ text }) => text), ...ODD_TEXTS];
  const together = await Promise.all(texts.map(classify));
  for (const [index, text] of texts.entries()) {
    const alone = await classify(text);
    const gap = Math.max(...alone.map((value, label) => Math.abs(value - (together[index]?.[label] ?? Number.NaN))));
    expect(gap).toBeLessThan(1e-6);
  }
});

test('the repository’s own model loads and passes its self-test', async () => {
  const { labels, classify } = await loadClassifier('model/model.onnx');
  const probabilities = await classify('I love you so much!');
  expect(labels[probabilities.indexOf(Math.max(...probabilities))]).toBe('love');
});

test('refuses a featuriser that is not the one of training', async () => {
  const path = await writeSample(trained);
  const { metadata } = trained;
  const other = { ...metadata, featuriser: { ...metadata.featuriser, rowNorm: metadata.featuriser.rowNorm * 1.5 } };
  await writeFile(metadataPath(path), JSON.stringify(other));
  await expect(loadClassifier(path)).rejects.toMatchObject({ message: `${path} does not pass its self-test` });
});

test('refuses a graph that onnxruntime cannot load, with its reason', async () => {
  const onnx = await readFile(await writeSample(trained));
  // An operator that nobody knows, of the same length.
  onnx.write('Gazzer', onnx.indexOf('Gather'));
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  const path = await writeSample({
    onnx,
    metadata: { ...trained.metadata, model: { ...trained.metadata.model, sha256 } },
  });
  await expect(loadClassifier(path)).rejects.toMatchObject({
    message: `onnxruntime cannot load ${path}`,
    why: expect.stringContaining('Gazzer'),
  });
});

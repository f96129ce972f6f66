import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SparseVector } from '../../../src/model/featuriser.js';
import { openFeaturesGraph } from '../../../src/server/features-classifier.js';
import { pack } from '../../../src/server/pack.js';
import { importRuntime } from '../../../src/server/session.js';
import { exportOnnx } from '../../../src/train/export-onnx.js';
import { seededRandom } from '../../../src/train/random.js';
import { type LinearModel, predictProbabilities } from '../../../src/train/softmax-regression.js';
import { temporaryFolder } from './sample-data.js';

const FEATURES = 500;
const LABELS = ['a', 'b', 'c', 'd'];
const MODEL: LinearModel = {
  features: FEATURES,
  classes: LABELS.length,
  weights: Float32Array.from({ length: FEATURES * LABELS.length }, (_, cell) => Math.sin(cell) * 3),
  bias: Float32Array.of(-1, 0.5, 0, -2),
};

const random = seededRandom(5);
const randomVector = (terms: number): SparseVector => ({
  indices: Int32Array.from({ length: terms }, () => Math.floor(random() * FEATURES)),
  values: Float32Array.from({ length: terms }, random),
});

test('onnxruntime computes what the trainer does, whatever the padding', async () => {
  const file = join(await temporaryFolder(), 'model.onnx');
  await writeFile(file, exportOnnx(MODEL, LABELS));
  const run = openFeaturesGraph(file, await importRuntime());
  const vectors = [0, 1, 7, 400, 30, 2].map(randomVector);
  const found = run(pack(vectors));
  const expected = vectors.flatMap((vector) => [...predictProbabilities(MODEL, vector)]);
  expect(found).toHaveLength(expected.length);
  for (const [cell, probability] of expected.entries()) expect(found[cell]).toBeCloseTo(probability, 5);
});

test('the same model gives the same bytes', () => {
  expect(exportOnnx(MODEL, LABELS)).toEqual(exportOnnx(MODEL, LABELS));
});

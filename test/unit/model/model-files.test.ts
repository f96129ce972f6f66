import { copyFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { readModels } from '../../../src/model/model-files.js';
import { temporaryFolder, trainSample, writeSample } from '../train/sample-data.js';
import { fixture } from './onnx/sample-graphs.js';

test('our model is shipped with its metadata, another one alone', async () => {
  const ours = await writeSample(await trainSample());
  const other = join(dirname(ours), 'other.onnx');
  await copyFile(fixture('logistic-zipmap.onnx'), other);
  const files = await readModels([ours, other, ours]);
  expect(Object.keys(files)).toEqual([ours, other]);
  expect(files[ours]).toEqual({
    'model.onnx': { source: ours, hash: expect.stringMatching(/^[\da-f]{64}$/) },
    'model.json': { source: join(dirname(ours), 'model.json'), hash: expect.stringMatching(/^[\da-f]{64}$/) },
  });
  expect(files[other]).toEqual({ 'model.onnx': { source: other, hash: expect.stringMatching(/^[\da-f]{64}$/) } });
});

test('what cannot be served is refused before anything is touched', async () => {
  const path = join(await temporaryFolder(), 'model.onnx');
  await writeFile(path, 'not a graph');
  await expect(readModels([path])).rejects.toMatchObject({
    exitCode: ExitCode.usage,
    message: expect.stringContaining(path),
  });
});

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { writeModel } from '../../../src/train/write-model.js';
import { temporaryFolder, trainSample } from './sample-data.js';

test('writes model, metadata and card, over older ones, and leaves nothing else', async () => {
  const folder = join(await temporaryFolder(), 'new', 'model');
  const trained = await trainSample(200);
  await writeModel(folder, await trainSample(200, 9));
  const { files } = await writeModel(folder, trained);
  expect(await readdir(folder)).toEqual(['README.md', 'model.json', 'model.onnx']);
  expect(await readFile(join(folder, 'model.onnx'))).toEqual(Buffer.from(trained.onnx));
  expect(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'))).toEqual(trained.metadata);
  expect(files.find(({ path }) => path.endsWith('.onnx'))?.bytes).toBe(trained.onnx.length);
});

test('says where it could not write', async () => {
  const file = join(await temporaryFolder(), 'a-file');
  await writeFile(file, '');
  await expect(writeModel(file, await trainSample(200))).rejects.toMatchObject({
    code: 'MODEL_NOT_WRITTEN',
    exitCode: ExitCode.failed,
    message: expect.stringContaining(file),
  });
});

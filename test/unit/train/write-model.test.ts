import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { writeModel } from '../../../src/train/write-model.js';
import { temporaryFolder, trainSample } from './sample-data.js';

test('writes model, metadata and card, over older ones, and leaves nothing else', async () => {
  const folder = join(await temporaryFolder(), 'new', 'model');
  const trained = await trainSample(200);
  await writeModel(folder, await trainSample(200, 9));
  const { files } = await writeModel(folder, trained);
  expect(await readdir(folder)).toEqual(['README.md', 'confusion.svg', 'model.json', 'model.onnx']);
  expect(await readFile(join(folder, 'model.onnx'))).toEqual(Buffer.from(trained.onnx));
  expect(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'))).toMatchObject(trained.metadata);
  for (const { path, bytes } of files) expect((await stat(path)).size).toBe(bytes);
  expect(files.find(({ path }) => path.endsWith('.onnx'))?.bytes).toBe(trained.onnx.length);
});

test('the self-contained graph of an older model does not stay beside a new one', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'self-contained.onnx'), 'of the model before');
  await writeModel(folder, await trainSample(200));
  expect(await readdir(folder)).not.toContain('self-contained.onnx');
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

test('tells the true sizes of the files, in model.json and on the card, and keeps a matrix readable', async () => {
  const folder = await temporaryFolder();
  const { files } = await writeModel(folder, await trainSample(200));
  const json = await readFile(join(folder, 'model.json'), 'utf8');
  const sizes = new Map(files.map(({ path, bytes }) => [basename(path), bytes]));
  const told = (JSON.parse(json) as { files: { name: string; bytes: number }[] }).files;
  expect(told.map(({ name }) => name)).toEqual(['model.onnx', 'confusion.svg', 'README.md']);
  for (const { name, bytes } of told) expect(bytes).toBe(sizes.get(name));
  const card = await readFile(join(folder, 'README.md'), 'utf8');
  expect(card).toContain(`\`model.json\` ${((sizes.get('model.json') ?? 0) / 1000).toFixed(0)} kB`);
  expect(json).toMatch(/"confusion": \[\n +\[\d+, \d+, \d+\],\n/);
});

test('a folder that cannot take all files gets no model.json, and keeps nothing half-written', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'confusion.svg', 'in-the-way'), { recursive: true });
  await expect(writeModel(folder, await trainSample(200))).rejects.toMatchObject({ code: 'MODEL_NOT_WRITTEN' });
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(await readdir(folder)).not.toContain('model.json');
});

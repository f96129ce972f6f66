import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { chooseModel } from '../../../src/cli/model-path.js';
import { temporaryFolder } from '../train/sample-data.js';

async function project(): Promise<string> {
  const folder = await temporaryFolder();
  const model = { apis: { v1: { model: 'models/one.onnx' }, v2: { model: 'models/two.onnx' } } };
  await writeFile(join(folder, 'fortress.config.mjs'), `export default ${JSON.stringify({ project: 'p', ...model })};`);
  return folder;
}

test('the named file, wherever the configuration is', async () => {
  expect(await chooseModel('a.onnx', { config: '/nowhere' })).toBe(resolve('a.onnx'));
});

test('a folder stands for the model in it', async () => {
  const folder = await temporaryFolder();
  expect(await chooseModel(folder, {})).toBe(join(folder, 'model.onnx'));
});

test('else the model of the first API', async () => {
  const folder = await project();
  expect(await chooseModel(undefined, { config: folder })).toBe(join(folder, 'models/one.onnx'));
});

test('else what training makes, when there is no configuration', async () => {
  const folder = await temporaryFolder();
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
  try {
    expect(await chooseModel(undefined, {})).toBe(join(folder, 'model/model.onnx'));
  } finally {
    cwd.mockRestore();
  }
});

test('a configuration that is named must be there', async () => {
  await expect(chooseModel(undefined, { config: '/nowhere' })).rejects.toMatchObject({ exitCode: 2 });
});

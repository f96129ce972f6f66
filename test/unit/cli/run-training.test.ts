import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runTraining, type TrainFlags } from '../../../src/cli/run-training.js';
import { ExitCode } from '../../../src/errors.js';
import { runInline, sampleCsv, temporaryFile, temporaryFolder } from '../train/sample-data.js';
import { captureOutput } from './captured-output.js';

const output = captureOutput();

const { signal } = new AbortController();
const train = (options: TrainFlags & { json?: boolean }, stop = signal): Promise<ExitCode> =>
  runTraining(options, { run: runInline, parallel: 1, signal: stop });

test('trains, writes the model and reports on stdout, progress on stderr', async () => {
  const data = await temporaryFile('a.csv', sampleCsv(200));
  const out = join(await temporaryFolder(), 'model');
  expect(await train({ data, out, test: '0.2', seed: '3' })).toBe(ExitCode.ok);
  expect(await readdir(out)).toContain('model.onnx');
  expect(output.stdout).toMatch(/accuracy +\d\.\d{4} ± /);
  expect(output.stderr).toContain('epoch 10 of 10');
});

test('--json gives one document', async () => {
  const data = await temporaryFile('a.csv', sampleCsv(200));
  const out = await temporaryFolder();
  await train({ data, out, json: true });
  expect(JSON.parse(output.stdout)).toMatchObject({
    labels: ['calm', 'glad', 'sad'],
    training: { seed: 1, testShare: 0.1 },
    metrics: { model: { accuracy: expect.any(Number) } },
  });
});

test('--self-contained writes a second model and says how good it is', async () => {
  const data = await temporaryFile('a.csv', sampleCsv(200));
  const out = await temporaryFolder();
  await train({ data, out, selfContained: true });
  expect(await readdir(out)).toContain('self-contained.onnx');
  expect(output.stdout).toMatch(/self-contained\.onnx is a model of its own: accuracy \d/);
  expect(output.stderr).toContain('✓ fit the self-contained model, twice');
});

test('stops when it is told to, without a model', async () => {
  const data = await temporaryFile('a.csv', sampleCsv(200));
  const out = await temporaryFolder();
  await expect(train({ data, out }, AbortSignal.abort())).rejects.toThrow('abort');
  expect(await readdir(out)).toEqual([]);
});

describe('refuses with exit code 2', () => {
  test.each([
    ['no data', {}],
    ['a share of 1', { data: 'x.csv', test: '1' }],
    ['an empty share', { data: 'x.csv', test: '' }],
    ['a share that is no number', { data: 'x.csv', test: 'ten' }],
    ['a seed that is no number', { data: 'x.csv', seed: '-1' }],
    ['an empty folder name', { data: 'x.csv', out: '' }],
    ['a folder below a file', { data: 'x.csv', out: 'package.json/model' }],
    ['a missing file', { data: '/nowhere.csv' }],
  ])('%s', async (_, options) => {
    await expect(train(options)).rejects.toMatchObject({ exitCode: ExitCode.usage });
  });
});

test('refuses a folder with a README of somebody else before it trains, and leaves that alone', async () => {
  const out = await temporaryFolder();
  await writeFile(join(out, 'README.md'), '# mine\n');
  await expect(train({ data: '/nowhere.csv', out })).rejects.toMatchObject({
    message: expect.stringContaining('is not a model card'),
  });
  expect(await readFile(join(out, 'README.md'), 'utf8')).toBe('# mine\n');
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from '../../../../src/cli/commands/train.js';
import { ExitCode } from '../../../../src/errors.js';
import { sampleCsv, temporaryFile, temporaryFolder } from '../../train/sample-data.js';

let stdout = '';
let stderr = '';
beforeEach(() => {
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const { signal } = new AbortController();

test('trains, writes the model and reports on stdout, progress on stderr', async () => {
  const data = await temporaryFile('a.csv', sampleCsv(200));
  const out = join(await temporaryFolder(), 'model');
  expect(await run({ args: [], options: { data, out, test: '0.2', seed: '3' }, signal })).toBe(ExitCode.ok);
  expect(await readdir(out)).toContain('model.onnx');
  expect(stdout).toContain('accuracy');
  expect(stderr).toContain('epoch 4 of 4');
});

test('--json gives one document', async () => {
  const data = await temporaryFile('a.csv', sampleCsv(200));
  const out = await temporaryFolder();
  await run({ args: [], options: { data, out, json: true }, signal });
  expect(JSON.parse(stdout)).toMatchObject({
    labels: ['calm', 'glad', 'sad'],
    training: { seed: 1, testShare: 0.1 },
    metrics: { model: { accuracy: expect.any(Number) } },
  });
});

test('stops when it is told to, without a model', async () => {
  const data = await temporaryFile('a.csv', sampleCsv(200));
  const out = await temporaryFolder();
  await expect(run({ args: [], options: { data, out }, signal: AbortSignal.abort() })).rejects.toThrow('abort');
  expect(await readdir(out)).toEqual([]);
});

describe('refuses with exit code 2', () => {
  test.each([
    ['no data', {}],
    ['a share of 1', { data: 'x.csv', test: '1' }],
    ['an empty share', { data: 'x.csv', test: '' }],
    ['a share that is no number', { data: 'x.csv', test: 'ten' }],
    ['a seed that is no number', { data: 'x.csv', seed: '-1' }],
    ['a missing file', { data: '/nowhere.csv' }],
  ])('%s', async (_, options) => {
    await expect(run({ args: [], options, signal })).rejects.toMatchObject({ exitCode: ExitCode.usage });
  });
});

import { describe, expect, test } from 'vitest';
import { run } from '../../../../src/cli/commands/model.js';
import { ExitCode } from '../../../../src/errors.js';
import { fixture } from '../../model/onnx/sample-graphs.js';
import { temporaryFile, toCsv } from '../../train/sample-data.js';
import { captureOutput } from '../captured-output.js';

const output = captureOutput();

const { signal } = new AbortController();
const ZIPMAP = fixture('logistic-zipmap.onnx');
const rows = (): Promise<string> =>
  temporaryFile(
    'rows.csv',
    toCsv([
      ['body', 'mood'],
      ['a bitter, gloomy evening', 'sad'],
      ['such a wonderful trip', 'glad'],
      ['what a lovely bus', 'calm'],
    ]),
  );

test('shows what a model is', async () => {
  expect(await run({ args: ['inspect', ZIPMAP], options: {}, signal })).toBe(ExitCode.ok);
  expect(output.stdout).toContain('text: string [?, 1]');
  output.stdout = '';
  await run({ args: ['inspect', ZIPMAP], options: { json: true }, signal });
  expect(JSON.parse(output.stdout)).toMatchObject({ file: ZIPMAP, kind: 'text', labels: ['calm', 'glad', 'sad'] });
});

test('scores a model on a CSV, with progress on stderr', async () => {
  const flags = { data: await rows(), text: 'body', label: 'mood' };
  expect(await run({ args: ['test', ZIPMAP], options: flags, signal })).toBe(ExitCode.ok);
  expect(output.stdout).toContain('accuracy  0.6667');
  expect(output.stderr).toContain('classified: 3 of 3');
  output.stdout = '';
  await run({ args: ['test', ZIPMAP], options: { ...flags, json: true }, signal });
  expect(JSON.parse(output.stdout)).toMatchObject({ n: 3, accuracy: 2 / 3, data: { seenInTraining: null } });
});

test('says when the model was fitted on the file', async () => {
  const { trainSample, sampleCsv, writeSample } = await import('../../train/sample-data.js');
  const path = await writeSample(await trainSample());
  await run({ args: ['test', path], options: { data: await temporaryFile('a.csv', sampleCsv(400)) }, signal });
  expect(output.stdout).toContain('fitted on this file');
});

describe('refuses with exit code 2', () => {
  test.each([
    ['another action', ['grow'], {}],
    ['no action', [], {}],
    ['a test without data', ['test', ZIPMAP], {}],
    ['data that are not there', ['test', ZIPMAP], { data: '/nowhere.csv' }],
    ['a model that is not there', ['inspect', '/nowhere.onnx'], {}],
  ])('%s', async (_, args, options) => {
    await expect(run({ args, options, signal })).rejects.toMatchObject({ exitCode: ExitCode.usage });
  });
});

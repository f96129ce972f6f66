import { describe, expect, test } from 'vitest';
import { scoreModel } from '../../../src/cli/score-model.js';
import { ExitCode } from '../../../src/errors.js';
import type { Classifier } from '../../../src/server/classifier.js';

/** Sure that a text's label is its first letter. */
const LABELS = ['a', 'b', 'c'];
const classifier: Classifier = {
  model: { kind: 'text', sha256: '' },
  labels: LABELS,
  classify: async (text) => Float32Array.from(LABELS, (label) => (text.startsWith(label) ? 0.8 : 0.1)),
};
const { signal } = new AbortController();
const score = (rows: [text: string, label: string][], progress = (_done: number): void => {}, stop = signal) =>
  scoreModel(
    classifier,
    { texts: rows.map(([text]) => text), labels: rows.map(([, label]) => label) },
    { file: 'rows.csv', progress, signal: stop },
  );

test('numbers the labels as the model does, whichever occur', async () => {
  const { rows, accuracy, logLoss, confusion } = await score([
    ['c one', 'c'],
    ['b two', 'c'],
    ['c three', 'c'],
    ['b four', 'b'],
  ]);
  expect({ rows, accuracy }).toEqual({ rows: 4, accuracy: 0.75 });
  expect(logLoss).toBeCloseTo(-(3 * Math.log(0.8) + Math.log(0.1)) / 4, 6);
  expect(confusion).toEqual([
    [0, 0, 0],
    [0, 1, 0],
    [0, 1, 2],
  ]);
});

test('tells how far it is, and stops when it is told to', async () => {
  const rows = Array.from({ length: 600 }, (): [string, string] => ['a', 'a']);
  const seen: number[] = [];
  await score(rows, (done) => seen.push(done));
  expect(seen).toEqual([256, 512, 600]);

  const stop = new AbortController();
  await expect(score(rows, () => stop.abort(), stop.signal)).rejects.toThrow('abort');
});

describe('refuses', () => {
  test('labels that the model does not know, naming them', async () => {
    const rows: [string, string][] = [
      ['a', 'a'],
      ['b', 'x'],
      ['c', 'w'],
      ['c', 'x'],
    ];
    await expect(score(rows)).rejects.toMatchObject({
      exitCode: ExitCode.usage,
      message: 'rows.csv has labels that the model does not know: w, x',
      why: 'They are in 3 of 4 rows. The model knows: a, b, c.',
      hint: expect.stringContaining('--label'),
    });
  });

  test('many of them in short', async () => {
    const rows = Array.from({ length: 12 }, (_, n): [string, string] => ['a', `x${n}`]);
    await expect(score(rows)).rejects.toMatchObject({ message: expect.stringMatching(/x7 and 2 more$/) });
  });

  test('a file without rows', async () => {
    await expect(score([])).rejects.toMatchObject({ exitCode: ExitCode.usage, message: 'rows.csv has no data rows' });
  });
});

import { expect, test } from 'vitest';
import { ExitCode } from '../../../../src/errors.js';
import { readGraph } from '../../../../src/model/onnx/read-graph.js';
import type { LabelledTexts } from '../../../../src/train/recipe.js';
import { exportSelfContained } from '../../../../src/train/self-contained/export-graph.js';
import { createSelfContainedFit, type SelfContainedModel } from '../../../../src/train/self-contained/fit.js';
import { sampleRows } from '../sample-data.js';

const LABELS = ['calm', 'glad', 'sad'];
const ROWS = sampleRows(200);

const partOf = (rows: { text: string; label: string }[]): LabelledTexts => ({
  texts: rows.map(({ text }) => text),
  classes: Int32Array.from(rows, ({ label }) => LABELS.indexOf(label)),
});
const fit = (rows = ROWS): Promise<SelfContainedModel> =>
  createSelfContainedFit(LABELS.length, 1)(partOf(rows), () => {});

test('learns what the words tell', async () => {
  const { predict } = await fit();
  for (const { text, label } of sampleRows(50, 77)) {
    const probabilities = predict(text);
    expect(LABELS[probabilities.indexOf(Math.max(...probabilities))]).toBe(label);
  }
});

test('gives the same bytes for the same input', async () => {
  expect(exportSelfContained(await fit(), LABELS)).toEqual(exportSelfContained(await fit(), LABELS));
});

test('fits one part after another as it would alone', async () => {
  const both = createSelfContainedFit(LABELS.length, 1);
  await both(partOf(ROWS), () => {});
  const second = await both(partOf(ROWS.slice(0, 120)), () => {});
  const alone = await fit(ROWS.slice(0, 120));
  expect([...second.predict('a great joy')]).toEqual([...alone.predict('a great joy')]);
});

test('nothing of a name or an address can be read in the file', async () => {
  const secrets = ['@Zyxwvut_99', 'qqjane.kxdoe@wzmail.example', 'https://jjhost.example/zzpath', 'wwkk.vv/pqpq'];
  const rows = ROWS.map((row, number) => ({ ...row, text: `${row.text} ${secrets[number % secrets.length]}` }));
  const model = await fit(rows);
  const file = Buffer.from(exportSelfContained(model, LABELS)).toString('latin1');
  expect(file).toContain('wonderful');
  const pieces = ['zyx', 'vut_', 'qqj', 'kxd', 'wzm', 'jjh', 'zzp', 'wwk', 'pqpq'];
  const readable = model.ngrams.map((parts) => parts.join(''));
  for (const piece of pieces) {
    expect(file.toLowerCase()).not.toContain(piece);
    expect(readable.filter((ngram) => ngram.includes(piece))).toEqual([]);
  }
});

/** Whether a word that occurs in so many texts becomes part of the model. */
async function knowsWordOf(texts: number): Promise<boolean> {
  const rows = ROWS.map((row, number) => (number < texts ? { ...row, text: `${row.text} zanzibar` } : row));
  return (await fit(rows)).ngrams.some((parts) => parts.includes('zanzibar'));
}

test('a word of fewer than five texts stays out of the file', async () => {
  expect([await knowsWordOf(4), await knowsWordOf(5)]).toEqual([false, true]);
});

test('the file tells its input, its outputs and its labels', async () => {
  const { inputs, outputs, metadata, opsets } = readGraph(exportSelfContained(await fit(), LABELS), 'x.onnx');
  expect(inputs).toEqual([{ name: 'text', type: 'string', shape: ['texts', 1] }]);
  expect(outputs).toEqual([
    { name: 'label', type: 'string', shape: ['texts'] },
    { name: 'probabilities', type: 'float', shape: ['texts', LABELS.length] },
  ]);
  expect(JSON.parse(metadata.get('labels') ?? '')).toEqual(LABELS);
  expect(opsets).toEqual({ 'ai.onnx': 20, 'com.microsoft': 1 });
});

test('texts with nothing in common are refused, with what can be done', async () => {
  const rows = ['one', 'два', '三', '!'].map((text) => ({ text, label: 'calm' }));
  await expect(fit(rows)).rejects.toMatchObject({
    exitCode: ExitCode.usage,
    hint: 'Add rows, or train without --self-contained',
  });
});

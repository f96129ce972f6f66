import { expect, test } from 'vitest';
import { renderModelCard } from '../../../src/train/model-card.js';
import type { TrainedMetadata } from '../../../src/train/train.js';
import { trainSample } from './sample-data.js';

const FILES = [{ name: 'model.json', bytes: 12_345 }];

/** The sample's metadata, its first label renamed and never right. */
async function withLabel(label: string): Promise<TrainedMetadata> {
  const { metadata } = await trainSample();
  const { model } = metadata.metrics;
  const perClass = model.perClass.map((entry, index) => (index === 0 ? { ...entry, label, f1: 0 } : entry));
  return { ...metadata, metrics: { ...metadata.metrics, model: { ...model, perClass } } };
}

test('shows the measured numbers against both yardsticks, and how to repeat it', async () => {
  const { metadata } = await trainSample();
  const card = renderModelCard(metadata, FILES);
  const { model, course, majority, versusCourse } = metadata.metrics;
  const row = /^\| accuracy \|.*$/m.exec(card)?.[0] ?? '';
  for (const { accuracy } of [model, course, majority]) expect(row).toContain(accuracy.toFixed(4));
  expect(row).toContain(Math.abs(versusCourse.accuracy.low).toFixed(4));
  expect(card).toContain('fitted on 320 rows and asked about 80 others');
  expect(card).toContain('by the same recipe on all 400 rows');
  expect(card).toContain('![Confusion matrix: true labels against predictions](confusion.svg)');
  expect(card).toContain(metadata.data.sha256);
  expect(card).toContain('`model.json` 12 kB');
  expect(card).toContain('fortress train --data sample.csv --text content --label sentiment --test 0.2 --seed 1');
});

test('says which labels it was never right about, and how noisy the labels are', async () => {
  const metadata = await withLabel('calm');
  const noisy = { ...metadata.data, duplicates: { groups: 89, conflicting: 62 } };
  const card = renderModelCard({ ...metadata, data: noisy }, FILES);
  expect(card).toContain('never right about these labels: calm.');
  expect(card).toContain('of 89 texts that occur more than once in the data, 62 carry different labels');
});

test('a claim of being better is made only where the interval leaves no doubt', async () => {
  const { metadata } = await trainSample();
  const unsure = { difference: 0.01, low: -0.01, high: 0.03 };
  const versusCourse = { accuracy: unsure, macroF1: { ...unsure, low: 0.001 }, logLoss: { ...unsure, low: 0.002 } };
  const card = renderModelCard({ ...metadata, metrics: { ...metadata.metrics, versusCourse } }, FILES);
  expect(card).toContain('Better than the course’s recipe beyond chance: macro-F1.');
  expect(card).toContain('Worse beyond chance: log loss.');
  expect(card).toContain('No difference that these rows could prove: accuracy.');
});

test('odd names neither break a table nor become markup', async () => {
  const card = renderModelCard(await withLabel('a|b\n<img src=x>`*'), FILES);
  const line = card.split('\n').find((text) => text.startsWith(String.raw`| a\|b`));
  expect(line).toContain(String.raw`a\|b &lt;img src=x>\`\*`);
  expect(line?.replaceAll(String.raw`\|`, '').split('|')).toHaveLength(8);
});

test('a file name of any kind can be pasted into a shell', async () => {
  const { metadata } = await trainSample();
  const data = { ...metadata.data, file: "it's `mine`.csv" };
  const card = renderModelCard({ ...metadata, data }, FILES);
  expect(card).toContain(String.raw`--data 'it'\''s ${'`mine`'}.csv'`);
  expect(card).toContain("`` it's `mine`.csv ``");
});

test('lists other designs of the same model when there are any', async () => {
  const { metadata } = await trainSample();
  const one = { file: 'text.onnx', bytes: 2_000_000, accuracy: 0.37, macroF1: 0.2, logLoss: 1.85, agreement: 0.75 };
  const designs = [
    { ...one, name: 'features', microsecondsPerText: 80.4 },
    { ...one, name: 'self-contained', microsecondsPerText: null },
  ];
  expect(renderModelCard(metadata, FILES)).not.toContain('## Designs');
  const card = renderModelCard({ ...metadata, designs }, FILES);
  expect(card).toContain('| features | `text.onnx` | 2000 kB | 0.3700 | 0.2000 | 1.8500 | 75.0 % | 80 |');
  expect(card).toContain('| not measured |');
  expect(card).toContain('--self-contained');
});

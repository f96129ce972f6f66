import { expect, test } from 'vitest';
import { renderModelCard } from '../../../src/train/model-card.js';
import { trainSample } from './sample-data.js';

test('shows the measured numbers, the limits and how to repeat it', async () => {
  const { metadata } = await trainSample();
  const card = renderModelCard(metadata, 12_345);
  const { model, majority } = metadata.metrics;
  expect(card).toContain(`| accuracy | ${model.accuracy.toFixed(4)} | ${majority.accuracy.toFixed(4)} |`);
  expect(card).toContain(`| log loss (nats) | ${model.logLoss.toFixed(4)} | ${majority.logLoss.toFixed(4)} |`);
  expect(card).toContain(metadata.data.sha256);
  expect(card).toContain('`model.json` 12 kB');
  expect(card).toContain('--seed 1');
});

test('names the labels that were never predicted rightly and keeps odd ones from breaking the table', async () => {
  const { metadata } = await trainSample();
  const { model } = metadata.metrics;
  const perClass = model.perClass.map((entry, index) => (index === 0 ? { ...entry, label: 'a|b', f1: 0 } : entry));
  const card = renderModelCard({ ...metadata, metrics: { ...metadata.metrics, model: { ...model, perClass } } }, 1);
  expect(card).toContain(String.raw`never got these labels right on the held-out rows: a\|b.`);
});

import { expect, test } from 'vitest';
import { createPredictor, fitRecipe } from '../../../src/train/recipe.js';
import { sampleRows } from './sample-data.js';

const LABELS = ['calm', 'glad', 'sad'];

function samplePart(count: number) {
  const rows = sampleRows(count);
  return { texts: rows.map(({ text }) => text), classes: Int32Array.from(rows, ({ label }) => LABELS.indexOf(label)) };
}

test('sharpens the scores as far as rows that were put aside bear it', async () => {
  const { texts, classes } = samplePart(200);
  const telling = await fitRecipe({ texts, classes }, LABELS.length, 1);
  const misled = await fitRecipe(
    { texts, classes: classes.map((label, row) => (row % 2 === 0 ? label : (row >> 1) % LABELS.length)) },
    LABELS.length,
    1,
  );
  expect(telling.sharpness).toBeGreaterThan(misled.sharpness);
});

test('says how far both of its fits have come', async () => {
  const lines: string[] = [];
  await fitRecipe(samplePart(60), LABELS.length, 1, (line) => void lines.push(line));
  const epochs = lines.filter((line) => line.startsWith('epoch'));
  expect(epochs).toHaveLength(10);
  expect(epochs.at(-1)).toBe('epoch 10 of 10');
  expect(lines).toContain('calibration: computed the features of 48 rows');
  expect(lines).toContain('computed the features of 60 rows');
});

test.each([2, 4, 7])('%i rows are enough', async (count) => {
  const texts = Array.from({ length: count }, (_, row) => `the same words ${row}`);
  const classes = Int32Array.from({ length: count }, (_, row) => Math.min(row, 2));
  const labels = Math.min(count, 3);
  for (const seed of [1, 2, 3]) {
    const probabilities = createPredictor(await fitRecipe({ texts, classes }, labels, seed))('the same words');
    expect(probabilities).toHaveLength(labels);
    expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 6);
  }
});

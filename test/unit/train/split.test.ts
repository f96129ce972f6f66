import { expect, test } from 'vitest';
import type { Dataset } from '../../../src/train/dataset.js';
import { splitDataset } from '../../../src/train/split.js';

const datasetOf = (texts: string[], classes: number[]): Dataset => ({
  texts,
  classes: Int32Array.from(classes),
  labels: ['a', 'b'],
  sha256: '',
});
const many = datasetOf(
  Array.from({ length: 1000 }, (_, n) => `text ${n}`),
  Array.from({ length: 1000 }, (_, n) => (n % 10 === 0 ? 1 : 0)),
);

test('holds out the share of each label, every row once', () => {
  const { train, test: held } = splitDataset(many, 0.1, 1);
  expect([...train, ...held].toSorted((a, b) => a - b)).toEqual([...many.texts.keys()]);
  expect(held.filter((row) => many.classes[row] === 0)).toHaveLength(90);
  expect(held.filter((row) => many.classes[row] === 1)).toHaveLength(10);
});

test('depends on the seed alone', () => {
  expect(splitDataset(many, 0.1, 1)).toEqual(splitDataset(many, 0.1, 1));
  expect(splitDataset(many, 0.1, 1).test).not.toEqual(splitDataset(many, 0.1, 2).test);
});

test('leaves a row of each label for training, however large the share', () => {
  const { train } = splitDataset(datasetOf(['a', 'b', 'c', 'd'], [0, 0, 0, 1]), 0.9, 1);
  expect([...train].map((row) => [0, 0, 0, 1][row]).toSorted()).toEqual([0, 1]);
});

test('never tests on a text that training has seen', () => {
  const data = datasetOf(['same', 'same', 'x', 'y', 'same', 'z'], [0, 1, 0, 1, 0, 1]);
  const { test: held } = splitDataset(data, 0.5, 3);
  expect(held.length).toBeGreaterThan(0);
  expect([...held].map((row) => data.texts[row])).not.toContain('same');
});

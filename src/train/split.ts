import type { Dataset } from './dataset.js';
import { seededRandom, shuffle } from './random.js';

/** Row numbers of a dataset. */
export interface Split {
  train: Int32Array;
  test: Int32Array;
}

/**
 * Holds out a share of each label's rows. A text that occurs several times stays with the training
 * rows altogether: the test part holds only texts that training has not seen. Of every label at least
 * one row is left for training.
 * @param testShare between 0 and 1
 */
export function splitDataset({ texts, classes, labels }: Dataset, testShare: number, seed: number): Split {
  const order = Int32Array.from(texts.keys());
  shuffle(order, seededRandom(seed));
  const occurrences = new Map<string, number>();
  for (const text of texts) occurrences.set(text, (occurrences.get(text) ?? 0) + 1);

  const rowsPerClass = labels.map(() => 0);
  for (const number of classes) rowsPerClass[number] = (rowsPerClass[number] ?? 0) + 1;
  const wanted = rowsPerClass.map((rows) => Math.min(Math.round(rows * testShare), rows - 1));
  const isTest = (row: number): boolean => {
    const number = classes[row] ?? 0;
    if ((wanted[number] ?? 0) === 0 || (occurrences.get(texts[row] ?? '') ?? 0) > 1) return false;
    wanted[number] = (wanted[number] ?? 0) - 1;
    return true;
  };
  const testRows = new Set(order.filter(isTest));
  return { train: order.filter((row) => !testRows.has(row)), test: Int32Array.from(testRows) };
}

import { expect, test } from 'vitest';
import { argMax, evaluate } from '../../../src/train/evaluate.js';

const PROBABILITIES = [
  [0.8, 0.2],
  [0.6, 0.4],
  [0.1, 0.9],
  [0.7, 0.3],
];
const found = evaluate(PROBABILITIES, Int32Array.of(0, 0, 1, 1), ['a', 'b']);

test('counts hits per class', () => {
  expect(found).toMatchObject({
    rows: 4,
    accuracy: 0.75,
    confusion: [
      [2, 0],
      [1, 1],
    ],
  });
  expect(found.perClass[0]).toMatchObject({ label: 'a', rows: 2, precision: 2 / 3, recall: 1, f1: 0.8 });
  expect(found.perClass[1]).toMatchObject({ precision: 1, recall: 0.5 });
  expect(found.macroF1).toBeCloseTo((0.8 + 2 / 3) / 2, 10);
});

test('log loss is the mean negative log probability of the truth', () => {
  const expected = -(Math.log(0.8) + Math.log(0.6) + Math.log(0.9) + Math.log(0.3)) / 4;
  expect(found.logLoss).toBeCloseTo(expected, 10);
});

test('calibration error is the gap between confidence and hits per bin', () => {
  expect(found.ece).toBeCloseTo((0.2 + 0.4 + 0.1 + 0.7) / 4, 10);
});

test('a class that is never predicted counts 0, not NaN; one that does not occur at all does not count', () => {
  const rows = [
    [1, 0, 0],
    [1, 0, 0],
  ];
  const { perClass, macroF1 } = evaluate(rows, Int32Array.of(0, 1), ['a', 'b', 'c']);
  expect(perClass.map(({ f1 }) => f1)).toEqual([2 / 3, 0, 0]);
  expect(macroF1).toBeCloseTo(1 / 3, 10);
});

test('calibration: rows, mean confidence and accuracy per tenth', () => {
  expect(found.calibration).toHaveLength(10);
  expect(found.calibration[0]).toEqual({ rows: 0, confidence: 0, accuracy: 0 });
  expect(found.calibration[8]).toEqual({ rows: 1, confidence: 0.8, accuracy: 1 });
  expect(found.calibration[7]).toEqual({ rows: 1, confidence: 0.7, accuracy: 0 });
});

test('argMax takes the first of equal values', () => {
  expect(argMax([1, 3, 3])).toBe(1);
});

import { expect, test } from 'vitest';
import { formatScore, type Score, scoreToJson } from '../../../src/report/model-score.js';
import { evaluate } from '../../../src/train/evaluate.js';

const LABELS = ['calm', 'glad\u001B[31m', 'sad'];
const SCORE: Score = {
  file: '/models/a.onnx',
  kind: 'text',
  sha256: 'f00',
  data: { file: 'rows.csv', sha256: 'ba5e', seenInTraining: null },
  evaluation: evaluate(
    [
      [0.8, 0.1, 0.1],
      [0.2, 0.7, 0.1],
      [0.6, 0.3, 0.1],
      [0.6, 0.2, 0.2],
    ],
    Int32Array.of(0, 1, 1, 2),
    LABELS,
  ),
};

test('a table of the figures and one of the labels', () => {
  expect(formatScore(SCORE)).toMatchInlineSnapshot(`
    "/models/a.onnx on 4 rows of rows.csv
      accuracy  0.5000
      macro-F1  0.3889
      log loss  0.8483
      ECE       0.4250

      label      rows  precision  recall  F1      most often taken for
      calm       1     0.3333     1.0000  0.5000
      glad�[31m  2     1.0000     0.5000  0.6667  calm (1)
      sad        1     0.0000     0.0000  0.0000  calm (1)"
  `);
});

test('JSON has the figures at its top', () => {
  expect(scoreToJson(SCORE)).toMatchObject({
    n: 4,
    accuracy: 0.5,
    kind: 'text',
    confusion: [
      [1, 0, 0],
      [1, 1, 0],
      [1, 0, 0],
    ],
  });
  expect(Object.keys(scoreToJson(SCORE))).toEqual([
    'file',
    'kind',
    'sha256',
    'data',
    'n',
    'accuracy',
    'macroF1',
    'logLoss',
    'ece',
    'perClass',
    'confusion',
    'calibration',
  ]);
});

test('says when a score is too good to be true', () => {
  const seen = { ...SCORE, data: { ...SCORE.data, seenInTraining: true } };
  expect(formatScore(seen)).toContain('fitted on this file');
  expect(formatScore(SCORE)).not.toContain('fitted on this file');
});

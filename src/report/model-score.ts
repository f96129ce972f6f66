import type { Evaluation } from '../train/evaluate.js';
import { table, visible } from './print.js';

/** What `fortress model test` found. */
export interface Score {
  /** The ONNX file. */
  file: string;
  kind: 'features' | 'text';
  sha256: string;
  /** `seenInTraining`: the model was fitted on this very file; null when it does not tell. */
  data: { file: string; sha256: string; seenInTraining: boolean | null };
  evaluation: Evaluation;
}

/** One JSON document; `n` is the number of rows. Pure. */
export function scoreToJson({
  evaluation: { rows, accuracy, macroF1, logLoss, ece, ...rest },
  ...score
}: Score): object {
  const { perClass, confusion, calibration } = rest;
  return { ...score, n: rows, accuracy, macroF1, logLoss, ece, perClass, confusion, calibration };
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
const figure = (value: number): string => value.toFixed(4);

/** The same for people: the figures, and a row per label with the one that is most often given instead. */
export function formatScore({ file, data, evaluation }: Score): string {
  const { rows, accuracy, macroF1, logLoss, ece, perClass, confusion } = evaluation;
  const mistakenFor = (number: number): string => {
    const others = (confusion[number] ?? []).map((count, other) => (other === number ? 0 : count));
    const most = Math.max(0, ...others);
    return most === 0 ? '' : `${visible(perClass[others.indexOf(most)]?.label ?? '')} (${most})`;
  };
  const figures = [
    ['accuracy', figure(accuracy)],
    ['macro-F1', figure(macroF1)],
    ['log loss', figure(logLoss)],
    ['ECE', figure(ece)],
  ];
  const classes = [
    ['label', 'rows', 'precision', 'recall', 'F1', 'most often taken for'],
    ...perClass.map(({ label, rows: held, precision, recall, f1 }, number) => [
      visible(label),
      String(held),
      figure(precision),
      figure(recall),
      figure(f1),
      mistakenFor(number),
    ]),
  ];
  const caution = data.seenInTraining
    ? ['! The model was fitted on this file: on other texts it does worse, see `fortress model inspect`.']
    : [];
  return [
    `${file} on ${rows} rows of ${data.file}`,
    ...caution,
    indent(table(figures)),
    '',
    indent(table(classes)),
  ].join('\n');
}

import { kilobytes, percent } from '../train/card/markdown.js';
import type { TrainedMetadata } from '../train/train.js';
import { table } from './print.js';

type Design = Required<TrainedMetadata>['designs'][number];

function describeDesign({ file, accuracy, macroF1, logLoss, agreement }: Design): string {
  const figures = `accuracy ${accuracy.toFixed(4)}, macro-F1 ${macroF1.toFixed(4)}, log loss ${logLoss.toFixed(4)}`;
  return `${file} is a model of its own: ${figures}; the same label for ${percent(agreement)} of the held-out texts.`;
}

/** What a training came to, for people. */
export function summarizeTraining(
  { data, metrics, designs }: TrainedMetadata,
  files: { path: string; bytes: number }[],
  milliseconds: number,
): string {
  const line = (name: string, figure: 'accuracy' | 'macroF1' | 'logLoss'): string[] => [
    name,
    ...[metrics.model, metrics.course, metrics.majority].map(
      (evaluation) => `${evaluation[figure].toFixed(4)} ± ${evaluation.standardErrors[figure].toFixed(4)}`,
    ),
  ];
  const figures = table([
    ['', 'this model', "the course's recipe", 'majority class'],
    line('accuracy', 'accuracy'),
    line('macro-F1', 'macroF1'),
    line('log loss', 'logLoss'),
  ]);
  return [
    `✓ trained in ${(milliseconds / 1000).toFixed(1)} s; fitted on ${data.trainRows} rows, measured on ${data.testRows} others:`,
    '',
    ...figures.split('\n').map((row) => `  ${row}`),
    '',
    `The model that was written is the same recipe fitted on all ${data.shippedRows} rows:`,
    ...files.map(({ path, bytes }) => `  ${path} (${kilobytes(bytes)})`),
    ...(designs ?? []).slice(1).map(describeDesign),
  ].join('\n');
}

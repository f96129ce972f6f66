import type { TrainedMetadata } from '../train.js';
import { percent, plain } from './markdown.js';

const list = (labels: string[]): string => labels.map(plain).join(', ');

function weakLabels({ metrics: { model } }: TrainedMetadata): string[] {
  const held = [...model.perClass.entries()].filter(([, { rows }]) => rows > 0);
  const isPredicted = (number: number): boolean => model.confusion.some((row) => (row[number] ?? 0) > 0);
  const never = held.filter(([number]) => !isPredicted(number)).map(([, { label }]) => label);
  const wrong = held.filter(([number, { f1 }]) => isPredicted(number) && f1 === 0).map(([, { label }]) => label);
  const missing = model.perClass.filter(({ rows }) => rows === 0).map(({ label }) => label);
  return [
    ...(never.length > 0 ? [`- It never answered with these labels on the held-out rows: ${list(never)}.`] : []),
    ...(wrong.length > 0 ? [`- It was never right about these labels: ${list(wrong)}.`] : []),
    ...(missing.length > 0 ? [`- Too rare to be measured at all: ${list(missing)}.`] : []),
  ];
}

function labelNoise({ groups, conflicting }: TrainedMetadata['data']['duplicates']): string {
  if (groups === 0)
    return '- The labels are the judgement of whoever labelled the data; where people disagree, no model can agree with all of them.';
  return `- The labels are noisy: of ${groups} texts that occur more than once in the data, ${conflicting} carry different labels. No model can get all of those right, and what people disagree on caps every figure above.`;
}

/** What the model cannot do, as far as the data and the recipe tell. */
export function limitsSection(metadata: TrainedMetadata): string[] {
  const { model } = metadata.metrics;
  return [
    '## Limits',
    '',
    `- It is wrong on ${percent(1 - model.accuracy)} of the texts it has not seen (± ${percent(model.standardErrors.accuracy)}).`,
    ...weakLabels(metadata),
    labelNoise(metadata.data.duplicates),
    '- It counts words and letters; it does not understand sentences. Irony, word order and context are lost on it.',
    '- It knows the language, the style and the time of its training texts only. On anything else its probabilities mean little.',
  ];
}

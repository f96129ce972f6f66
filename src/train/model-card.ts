import type { ModelMetadata } from '../model/metadata.js';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
const row = (cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** Label names come from a data file: keep them from breaking the table. */
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replace(/\s+/g, ' ');

function comparison({ metrics: { model, majority } }: ModelMetadata): string[] {
  return [
    row(['', 'this model', 'majority class']),
    row(['---', '---:', '---:']),
    row(['accuracy', model.accuracy.toFixed(4), majority.accuracy.toFixed(4)]),
    row(['macro-F1', model.macroF1.toFixed(4), majority.macroF1.toFixed(4)]),
    row(['log loss (nats)', model.logLoss.toFixed(4), majority.logLoss.toFixed(4)]),
    row(['expected calibration error', model.ece.toFixed(4), majority.ece.toFixed(4)]),
  ];
}

function perClass({ metrics }: ModelMetadata): string[] {
  return [
    row(['label', 'held-out rows', 'precision', 'recall', 'F1']),
    row(['---', '---:', '---:', '---:', '---:']),
    ...metrics.model.perClass.map(({ label, rows, precision, recall, f1 }) =>
      row([cell(label), rows, precision.toFixed(3), recall.toFixed(3), f1.toFixed(3)]),
    ),
  ];
}

function limits({ metrics: { model } }: ModelMetadata): string[] {
  const standardError = Math.sqrt((model.accuracy * (1 - model.accuracy)) / model.rows);
  const never = model.perClass.filter(({ rows, f1 }) => rows > 0 && f1 === 0).map(({ label }) => cell(label));
  return [
    `- It is wrong on ${percent(1 - model.accuracy)} of the texts it has not seen (standard error ${percent(standardError)}). Do not base a decision about a person on it.`,
    ...(never.length > 0 ? [`- It never got these labels right on the held-out rows: ${never.join(', ')}.`] : []),
    '- It counts words and letters; it does not understand sentences. Irony, word order and context are lost on it.',
    '- It knows the language and the style of its training texts only. On anything else its probabilities mean little.',
    '- The labels are the judgement of whoever labelled the data; where people disagree, no model can agree with all of them.',
  ];
}

/**
 * The model card, all numbers taken from the metadata.
 * @param metadataBytes size of `model.json`
 */
export function renderModelCard(metadata: ModelMetadata, metadataBytes: number): string {
  const { data, training, featuriser, model, labels } = metadata;
  const lines = [
    '# Model card',
    '',
    'Written by `fortress train`; do not edit. The same numbers for machines are in `model.json`.',
    '',
    '## What it does',
    '',
    `Takes a text, gives a probability for each of ${labels.length} labels: ${labels.map(cell).join(', ')}.`,
    '',
    '## How good it is',
    '',
    `Measured on ${data.testRows} rows that training has not seen.`,
    '',
    ...comparison(metadata),
    '',
    'The majority class is the yardstick that any model must beat: it always answers with the most frequent label, and its probabilities are the labels’ shares.',
    '',
    ...perClass(metadata),
    '',
    '## Limits',
    '',
    ...limits(metadata),
    '',
    '## How it was made',
    '',
    `- Data: \`${data.file}\`, ${data.rows} rows (text \`${data.textColumn}\`, label \`${data.labelColumn}\`), sha256 \`${data.sha256}\`. ${data.trainRows} rows for training, ${data.testRows} held out by seed ${training.seed}, each label in proportion; texts that occur several times are all in the training part.`,
    `- Features: ${featuriser.wordFeatures} word 1–2-grams and ${featuriser.features - featuriser.wordFeatures} character 2–5-grams as sublinear TF-IDF, weighted by how far each one moves the label distribution from the prior (KL divergence, smoothing ${training.smoothing}). Web addresses, mail addresses and @mentions are masked before anything is counted; n-grams are kept as 32-bit hashes, not as text.`,
    `- Classifier: multinomial logistic regression (softmax), AdaGrad, ${training.epochs} epochs, rate ${training.rate}, L2 with C = ${training.c}; ${training.priorCorrection} of the log prior taken out of the bias, which helps rare labels and costs a little log loss.`,
    `- Files: \`model.onnx\` ${kilobytes(model.bytes)}, \`model.json\` ${kilobytes(metadataBytes)}.`,
    '',
    'To make it again, bit for bit:',
    '',
    '```sh',
    `fortress train --data ${data.file} --text ${data.textColumn} --label ${data.labelColumn} --test ${training.testShare} --seed ${training.seed}`,
    '```',
    '',
  ];
  return lines.join('\n');
}

import { RECIPE_WORDS } from './describe-recipe.js';
import { evaluationSection } from './card/evaluation.js';
import { limitsSection } from './card/limits.js';
import { code, kilobytes, percent, plain, shellQuote, table } from './card/markdown.js';
import type { TrainedMetadata } from './train.js';

/** By this a card is told from another README. */
export const CARD_MARK = 'Written by `fortress train`';

export interface FileSize {
  name: string;
  bytes: number;
}

function details({ labels, training }: TrainedMetadata, files: FileSize[]): string[] {
  return [
    '## Model details',
    '',
    `- Takes a text, gives a probability for each of ${labels.length} labels: ${labels.map(plain).join(', ')}.`,
    ...RECIPE_WORDS.map((words) => `- ${words}`),
    `- Files: ${files.map(({ name, bytes }) => `\`${name}\` ${kilobytes(bytes)}`).join(', ')}.`,
    `- Written by fortress ${String(training['fortress'])}. The model is a linear one: no part of it was trained before or elsewhere.`,
  ];
}

const INTENDED_USE = [
  '## Intended use',
  '',
  '- To sort many texts like those of the training data roughly, where single mistakes do no harm; to learn how a model is served.',
  '- Not to judge a person, nor to decide anything about one: not employment, health, credit, moderation without a human.',
];

function designs({ designs: found = [] }: TrainedMetadata): string[] {
  if (found.length === 0) return [];
  return [
    '## Designs',
    '',
    'The same recipe on the same rows, for two kinds of hosts. The self-contained graph takes strings and needs nothing but onnxruntime 1.18 or newer. It finds only what a graph can find in a text, so it is a model of its own with answers of its own.',
    '',
    'Size is of all that a prediction needs, of the first one with the tables of the featuriser in `model.json`; agreement is the share of held-out texts that get the first one’s label; time is CPU time from text to probabilities, one text at a time on one thread.',
    '',
    ...table(
      ['design', 'file', 'size', 'accuracy', 'macro-F1', 'log loss', 'agreement', 'µs per text'],
      found.map(({ name, file, bytes, accuracy, macroF1, logLoss, agreement, microsecondsPerText }) => [
        plain(name),
        code(file),
        kilobytes(bytes),
        accuracy.toFixed(4),
        macroF1.toFixed(4),
        logLoss.toFixed(4),
        percent(agreement),
        microsecondsPerText === null ? 'not measured' : microsecondsPerText.toFixed(0),
      ]),
    ),
    '',
    'The vocabulary of the self-contained graph can be read in its file. It holds n-grams of at least five texts, web and mail addresses and @mentions left out; a name that people write without an @ can be among them.',
    '',
  ];
}

function trainingData({ data, training }: TrainedMetadata): string[] {
  return [
    '## Data',
    '',
    `- ${code(data.file)}, ${data.rows} rows, text in ${code(data.textColumn)}, label in ${code(data.labelColumn)}; sha256 \`${data.sha256}\`.`,
    `- ${data.trainRows} rows to measure with, ${data.testRows} held out by seed ${training.seed}. Texts that occur several times (${data.duplicates.groups}) are all on the training side, so that no held-out text was seen.`,
    '- The recipe’s settings are fixed; none was chosen on the held-out rows. No text and no user name of the data is in the files.',
  ];
}

function reproduction({ data, training, designs: found }: TrainedMetadata): string[] {
  const command = [
    'fortress train',
    `--data ${shellQuote(data.file)}`,
    `--text ${shellQuote(data.textColumn)} --label ${shellQuote(data.labelColumn)}`,
    `--test ${training.testShare} --seed ${training.seed}`,
    ...(found === undefined ? [] : ['--self-contained']),
  ];
  return [
    '## Make it again',
    '',
    `Bit for bit, with fortress ${String(training['fortress'])} and Node ${String(training['node'])}, on any number of cores${found === undefined ? '' : ' (but for the times above)'}:`,
    '',
    '```sh',
    command.join(' '),
    '```',
  ];
}

/**
 * The model card, all numbers taken from the metadata.
 * @param files what lies in the folder, with sizes
 */
export function renderModelCard(metadata: TrainedMetadata, files: FileSize[]): string {
  return [
    '# Model card',
    '',
    `${CARD_MARK}; do not edit. The same numbers for machines are in \`model.json\`.`,
    '',
    ...details(metadata, files),
    '',
    ...INTENDED_USE,
    '',
    ...evaluationSection(metadata),
    '',
    ...designs(metadata),
    ...limitsSection(metadata),
    '',
    ...trainingData(metadata),
    '',
    ...reproduction(metadata),
    '',
  ].join('\n');
}

import type { Figures } from '../evaluate.js';
import type { TrainedMetadata } from '../train.js';
import { percent, plain, table } from './markdown.js';

const NAMES: Record<keyof Figures, string> = {
  accuracy: 'accuracy',
  macroF1: 'macro-F1',
  logLoss: 'log loss (nats, less is better)',
};
const FIGURES = Object.keys(NAMES) as (keyof Figures)[];

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

function comparison({ metrics }: TrainedMetadata): string[] {
  const { model, course, majority, versusCourse } = metrics;
  const cellOf = (evaluation: typeof model, figure: keyof Figures): string =>
    `${evaluation[figure].toFixed(4)} ± ${evaluation.standardErrors[figure].toFixed(4)}`;
  return table(
    ['', 'this model', 'the course’s recipe', 'majority class', 'this − the course’s (95 % interval)'],
    [
      ...FIGURES.map((figure) => {
        const { difference, low, high } = versusCourse[figure];
        return [
          NAMES[figure],
          ...[model, course, majority].map((evaluation) => cellOf(evaluation, figure)),
          `${signed(difference)} (${signed(low)} to ${signed(high)})`,
        ];
      }),
      ['expected calibration error', ...[model, course, majority].map(({ ece }) => ece.toFixed(4)), ''],
    ],
  );
}

const short = (figures: (keyof Figures)[]): string => figures.map((figure) => NAMES[figure].split(' (')[0]).join(', ');

/** Which figures differ by more than the choice of the held-out rows explains. */
function verdict({ versusCourse }: TrainedMetadata['metrics']): string {
  const better = FIGURES.filter((figure) =>
    figure === 'logLoss' ? versusCourse[figure].high < 0 : versusCourse[figure].low > 0,
  );
  const worse = FIGURES.filter((figure) =>
    figure === 'logLoss' ? versusCourse[figure].low > 0 : versusCourse[figure].high < 0,
  );
  const unsure = FIGURES.filter((figure) => !better.includes(figure) && !worse.includes(figure));
  return [
    ...(better.length > 0 ? [`Better than the course’s recipe beyond chance: ${short(better)}.`] : []),
    ...(worse.length > 0 ? [`Worse beyond chance: ${short(worse)}.`] : []),
    ...(unsure.length > 0 ? [`No difference that these rows could prove: ${short(unsure)}.`] : []),
  ].join(' ');
}

function perClass({ metrics }: TrainedMetadata): string[] {
  return table(
    ['label', 'held-out rows', 'precision', 'recall', 'F1', 'F1 of the course’s recipe'],
    metrics.model.perClass.map(({ label, rows, precision, recall, f1 }, number) => [
      plain(label),
      rows,
      precision.toFixed(3),
      recall.toFixed(3),
      f1.toFixed(3),
      (metrics.course.perClass[number]?.f1 ?? 0).toFixed(3),
    ]),
  );
}

function calibration({ metrics: { model } }: TrainedMetadata): string[] {
  const bins = model.calibration.flatMap((bin, number) =>
    bin.rows === 0
      ? []
      : [[`${number * 10}–${(number + 1) * 10} %`, bin.rows, percent(bin.confidence), percent(bin.accuracy)]],
  );
  return table(['probability of the answer', 'rows', 'mean probability', 'right'], bins);
}

/** How good the model is: against others, per label, and whether its probabilities can be believed. */
export function evaluationSection(metadata: TrainedMetadata): string[] {
  const { data, metrics } = metadata;
  return [
    '## Evaluation',
    '',
    `All figures are of this recipe fitted on ${data.trainRows} rows and asked about ${data.testRows} others, each label in proportion, none of whose texts it had seen. The model in \`model.onnx\` was then fitted by the same recipe on all ${data.shippedRows} rows: it has seen the held-out rows too, so no figure of its own can be given; with more rows it should be no worse.`,
    '',
    ...comparison(metadata),
    '',
    '± is one standard error; it and the intervals come from a paired bootstrap over the held-out rows.',
    verdict(metrics),
    '',
    '- The course’s recipe is TfidfVectorizer(max_features=5000) and LogisticRegression() with scikit-learn’s defaults, fitted on the same rows. Here it is solved to its optimum; scikit-learn stops after 100 iterations by default, which can move its accuracy a little either way.',
    '- The majority class always answers with the most frequent label, and its probabilities are the labels’ shares: the least that any model must beat.',
    '- Macro-F1 is the mean F1 of the labels, rare ones counting as much as frequent ones.',
    '',
    '### Per label',
    '',
    ...perClass(metadata),
    '',
    '![Confusion matrix: true labels against predictions](confusion.svg)',
    '',
    '### Calibration',
    '',
    'Of the answers given with some probability, that share should be right. The expected calibration error above is the mean gap.',
    '',
    ...calibration(metadata),
  ];
}

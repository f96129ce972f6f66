import type { ModelMetadata } from '../../model/metadata.js';
import { argMax, type Figures } from '../evaluate.js';
import type { DesignTimes } from './time-designs.js';

type Design = Required<ModelMetadata>['designs'][number];

/** One design, measured on the held-out texts. */
export interface MeasuredDesign {
  /** Of all files that a prediction needs. */
  bytes: number;
  figures: Figures;
  /** Probabilities for the held-out texts. */
  answers: ArrayLike<number>[];
}

function agreement(some: ArrayLike<number>[], others: ArrayLike<number>[]): number {
  const same = some.filter((answer, row) => argMax(answer) === argMax(others[row] ?? []));
  return same.length / some.length;
}

const figuresOf = ({ accuracy, macroF1, logLoss }: Figures): Figures => ({ accuracy, macroF1, logLoss });

/** What both designs cost and how good they are, as `model.json` keeps it. */
export function describeDesigns(
  features: MeasuredDesign,
  selfContained: MeasuredDesign,
  times: DesignTimes,
): [Design, Design] {
  return [
    {
      name: 'features in JavaScript, classifier in the graph',
      file: 'model.onnx',
      bytes: features.bytes,
      ...figuresOf(features.figures),
      agreement: 1,
      microsecondsPerText: times.features,
    },
    {
      name: 'self-contained graph',
      file: 'self-contained.onnx',
      bytes: selfContained.bytes,
      ...figuresOf(selfContained.figures),
      agreement: agreement(features.answers, selfContained.answers),
      microsecondsPerText: times.selfContained,
    },
  ];
}

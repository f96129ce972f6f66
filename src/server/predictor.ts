import type { Admission } from './admission.js';
import type { Classifier } from './classifier.js';
import type { Metrics } from './metrics.js';

/** What the model says of one text. */
export interface Prediction {
  label: string;
  /** One per label, in the model's order. */
  probabilities: Float32Array;
}

/** The one way to the model for all routes. Both answer undefined when the server has too much to do. */
export interface Predictor {
  labels: string[];
  predict(text: string): Promise<Prediction> | undefined;
  /** In order. */
  predictAll(texts: string[]): Promise<Prediction[]> | undefined;
}

/**
 * Characters of a batch that are worked on before others get their turn: a few milliseconds. More at
 * once would make every other request wait for the whole batch.
 */
const SLICE = 10_000;

/** Cuts texts into slices of at most `SLICE` characters, but of one text at least. */
function* slices(texts: string[]): Generator<string[]> {
  let slice: string[] = [];
  let length = 0;
  for (const text of texts) {
    if (slice.length > 0 && length + text.length > SLICE) {
      yield slice;
      slice = [];
      length = 0;
    }
    slice.push(text);
    length += text.length;
  }
  yield slice;
}

function indexOfLargest(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}

/** Puts admission, fair slices and counting in front of a classifier. */
export function createPredictor({ labels, classify }: Classifier, admission: Admission, metrics: Metrics): Predictor {
  const conclude = (probabilities: Float32Array): Prediction => {
    const best = indexOfLargest(probabilities);
    metrics.countPrediction(best);
    return { label: labels[best] ?? '', probabilities };
  };

  const predictSlices = async (texts: string[]): Promise<Prediction[]> => {
    const predictions: Prediction[] = [];
    for (const slice of slices(texts)) {
      const rows = await Promise.all(slice.map(classify));
      predictions.push(...rows.map(conclude));
    }
    return predictions;
  };

  const admit = (texts: number): boolean => {
    const admitted = admission.enter(texts);
    if (!admitted) metrics.countRejection();
    return admitted;
  };

  const leaveAfter = async <Answer>(texts: number, answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer;
    } finally {
      admission.leave(texts);
    }
  };

  return {
    labels,
    predict: (text) => (admit(1) ? leaveAfter(1, classify(text)).then(conclude) : undefined),
    predictAll: (texts) => (admit(texts.length) ? leaveAfter(texts.length, predictSlices(texts)) : undefined),
  };
}

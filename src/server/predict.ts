import type { FastifyInstance, FastifySchema } from 'fastify';
import type { Classifier } from './classifier.js';

/** Characters of a sentence; a text of this length costs a few milliseconds. */
const MAX_SENTENCE_LENGTH = 10_000;

interface PredictBody {
  sentence: string;
}

interface Prediction {
  'prediction value': string;
  prediction_proba_dict?: Record<string, number>;
}

const schema: FastifySchema = {
  body: {
    type: 'object',
    required: ['sentence'],
    properties: { sentence: { type: 'string', maxLength: MAX_SENTENCE_LENGTH, pattern: String.raw`\S` } },
  },
  response: {
    200: {
      type: 'object',
      required: ['prediction value'],
      properties: {
        'prediction value': { type: 'string' },
        prediction_proba_dict: { type: 'object', additionalProperties: { type: 'number' } },
      },
    },
  },
};

interface SchemaProblem {
  keyword: string;
  instancePath: string;
}

const EXAMPLE = 'send {"sentence": "your text"}';

/** What is wrong with a body, in words for the one who sent it. */
export function describeSchemaProblem({ keyword, instancePath }: SchemaProblem): string {
  if (instancePath === '') {
    return keyword === 'required'
      ? `The field "sentence" is missing; ${EXAMPLE}.`
      : `The body must be a JSON object; ${EXAMPLE}.`;
  }
  if (keyword === 'maxLength') return `"sentence" is longer than ${MAX_SENTENCE_LENGTH} characters.`;
  if (keyword === 'pattern') return '"sentence" is empty; it must hold at least one visible character.';
  return `"sentence" must be a string; ${EXAMPLE}.`;
}

function mostProbable(labels: string[], probabilities: Float32Array): string {
  let best = 0;
  for (let label = 1; label < probabilities.length; label++) {
    if ((probabilities[label] ?? 0) > (probabilities[best] ?? 0)) best = label;
  }
  return labels[best] ?? '';
}

/** Six decimals: what lies beyond is float32 noise. */
const toDictionary = (labels: string[], probabilities: Float32Array): Record<string, number> =>
  Object.fromEntries(labels.map((label, number) => [label, Math.round((probabilities[number] ?? 0) * 1e6) / 1e6]));

/** Adds `POST /predict`. */
export function addPredictRoute(app: FastifyInstance, { labels, classify }: Classifier, debug: boolean): void {
  app.post<{ Body: PredictBody }>('/predict', { schema }, async ({ body }): Promise<Prediction> => {
    const probabilities = await classify(body.sentence);
    const prediction = { 'prediction value': mostProbable(labels, probabilities) };
    return debug ? { ...prediction, prediction_proba_dict: toDictionary(labels, probabilities) } : prediction;
  });
}

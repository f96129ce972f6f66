import type { FastifyInstance, FastifyReply, FastifySchema } from 'fastify';
import type { Prediction, Predictor } from './predictor.js';
import { replyBusy } from './replies.js';
import { MAX_TEXTS, MAX_TEXT_LENGTH, REFUSALS, answer, busyAnswer, ref } from './schemas.js';

/** One of the two, as the schema sees to. */
interface PredictBody {
  sentence: string;
  sentences?: string[];
}

interface PredictionBody {
  'prediction value': string;
  prediction_proba_dict?: Record<string, number>;
}

const schema: FastifySchema = {
  operationId: 'predict',
  tags: ['prediction'],
  summary: 'Which emotion a text expresses',
  description: `Classifies one sentence, or up to ${MAX_TEXTS} of them at once. Several are answered in their order; one bad sentence refuses them all, and the message says which.`,
  body: ref('PredictRequest'),
  response: {
    200: answer('One prediction for `sentence`, a list of them for `sentences`.', {
      oneOf: [ref('Prediction'), ref('PredictionBatch')],
    }),
    ...REFUSALS,
    422: answer('The JSON does not say what is needed.', ref('Problem')),
    503: busyAnswer(ref('Problem')),
  },
};

interface SchemaProblem {
  keyword: string;
  instancePath: string;
}

const EXAMPLE = 'send {"sentence": "your text"} or {"sentences": ["one text", "another"]}';

function describeBody(keyword: string): string {
  if (keyword === 'required') return `The field "sentence" is missing; ${EXAMPLE}.`;
  if (keyword === 'oneOf') return `"sentence" and "sentences" exclude each other; ${EXAMPLE}.`;
  return `The body must be a JSON object; ${EXAMPLE}.`;
}

function describeText(name: string, keyword: string): string {
  if (keyword === 'maxLength') return `${name} is longer than ${MAX_TEXT_LENGTH} characters.`;
  if (keyword === 'pattern') return `${name} is empty; it must hold at least one visible character.`;
  return `${name} must be a string; ${EXAMPLE}.`;
}

/** What is wrong with a body, in words for the one who sent it. */
export function describeSchemaProblem({ keyword, instancePath }: SchemaProblem): string {
  if (instancePath === '') return describeBody(keyword);
  if (instancePath === '/sentence') return describeText('"sentence"', keyword);
  const item = /^\/sentences\/(\d+)$/.exec(instancePath)?.[1];
  if (item !== undefined) return describeText(`"sentences"[${item}]`, keyword);
  return `"sentences" must be an array of 1 to ${MAX_TEXTS} strings.`;
}

/** Six decimals: what lies beyond is float32 noise. */
const toDictionary = (labels: string[], probabilities: Float32Array): Record<string, number> =>
  Object.fromEntries(labels.map((label, number) => [label, Math.round((probabilities[number] ?? 0) * 1e6) / 1e6]));

/** Written here: fastify would look for the right serializer for each answer. */
function toJson(reply: FastifyReply, body: unknown): string {
  reply.header('content-type', 'application/json; charset=utf-8');
  return JSON.stringify(body);
}

/** Adds `POST /predict`. */
export function addPredictRoute(app: FastifyInstance, predictor: Predictor, debug: boolean): void {
  const { labels, predict, predictAll } = predictor;
  const describe = ({ label, probabilities }: Prediction): PredictionBody =>
    debug
      ? { 'prediction value': label, prediction_proba_dict: toDictionary(labels, probabilities) }
      : { 'prediction value': label };

  // Answers its body, not the reply: that would make fastify wait for the end of the answer as of a stream.
  app.post<{ Body: PredictBody }>('/predict', { schema }, async (request, reply) => {
    const { sentence, sentences } = request.body;
    request.texts = sentences?.length ?? 1;
    if (sentences === undefined) {
      const prediction = await predict(sentence);
      return prediction === undefined ? replyBusy(request, reply) : toJson(reply, describe(prediction));
    }
    const predictions = await predictAll(sentences);
    return predictions === undefined
      ? replyBusy(request, reply)
      : toJson(reply, { predictions: predictions.map(describe) });
  });
}

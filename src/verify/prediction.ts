import { jsonOf, outcomeOf, property, type Ask, type Credentials, type Reply } from './reply.js';
import type { TargetSpec } from './target.js';

/** The course's keys of what is asked and answered. */
export const USUAL_FIELDS = {
  requestField: 'sentence',
  responseField: 'prediction value',
  probabilitiesField: 'prediction_proba_dict',
} as const satisfies Partial<TargetSpec>;

/** Which API answered, and which of its replicas. */
export const VERSION_HEADER = 'x-api-version';
export const INSTANCE_HEADER = 'x-instance-id';

/** Sentences that differ enough for any trained model to give at least two labels. */
export const SENTENCES = [
  'I love you so much, happy mothers day to all moms!',
  'I am so sad, I miss my dog and I cannot stop crying',
  'oh no, I am worried about my exam tomorrow',
  'haha that was so much fun, what a great party',
  'I hate this, it is the worst day ever',
  'just got home and will watch television',
] as const;

interface PredictOptions {
  sentence?: string;
  /** Value of the experiment header; without it the header is not sent. */
  group?: string;
  /** Default: the target's own; null sends none. */
  auth?: Credentials | null;
  method?: 'GET' | 'POST';
}

/** A prediction request to the target, as its clients send it. */
export function predictionRequest(spec: TargetSpec, options: PredictOptions = {}): Ask {
  const { sentence = SENTENCES[0], group, auth = spec, method = 'POST' } = options;
  return {
    method,
    path: spec.predictPath,
    ...(spec.experiment && group !== undefined ? { headers: { [spec.experiment.header]: group } } : {}),
    ...(method === 'POST' ? { body: JSON.stringify({ [spec.requestField]: sentence }) } : {}),
    ...(auth ? { auth } : {}),
  };
}

/**
 * The label of a valid prediction, or why it is none.
 * @param labels those that it may have; empty: any
 */
export function labelOf(
  reply: Reply,
  { responseField: key }: Pick<TargetSpec, 'responseField'>,
  labels: string[] = [],
): { label: string } | { problem: string } {
  if (reply.status !== 200) return { problem: outcomeOf(reply) };
  const value = property(jsonOf(reply), key);
  if (value === undefined) return { problem: `200 without "${key}"` };
  if (typeof value !== 'string') return { problem: `"${key}" is ${JSON.stringify(value)}` };
  if (labels.length > 0 && !labels.includes(value)) return { problem: `unknown label ${JSON.stringify(value)}` };
  return { label: value };
}

/** Whether it has the form of a prediction, whatever the label. */
export const isPrediction = (reply: Reply, spec: Pick<TargetSpec, 'responseField'>): boolean =>
  'label' in labelOf(reply, spec);

/** Label → probability, or undefined when the answer has none or it is not a table of numbers. */
export function probabilitiesOf(
  reply: Reply,
  { probabilitiesField }: Pick<TargetSpec, 'probabilitiesField'>,
): Map<string, number> | undefined {
  const table = property(jsonOf(reply), probabilitiesField);
  if (typeof table !== 'object' || table === null) return undefined;
  const entries = Object.entries(table);
  return entries.every((entry): entry is [string, number] => typeof entry[1] === 'number')
    ? new Map(entries)
    : undefined;
}

/** Of whatever form; `null` is how some frameworks write that there is none. */
export const hasProbabilities = (
  reply: Reply,
  { probabilitiesField }: Pick<TargetSpec, 'probabilitiesField'>,
): boolean => (property(jsonOf(reply), probabilitiesField) ?? null) !== null;

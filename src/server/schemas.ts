/** JSON Schema 2020-12, as far as it is written here. */
export type Schema = Record<string, unknown>;

/** Characters of a text; one of this length costs a few milliseconds. */
export const MAX_TEXT_LENGTH = 10_000;

/** Counted as a JSON schema counts: a character beyond the basic plane is one, though it takes two code units. */
export const isTooLong = (text: string): boolean =>
  text.length > MAX_TEXT_LENGTH && (text.length > 2 * MAX_TEXT_LENGTH || Array.from(text).length > MAX_TEXT_LENGTH);
/** Texts of a batch. */
export const MAX_TEXTS = 256;

/** A schema that every route can refer to by its name. */
export const ref = (name: string): Schema => ({ $ref: `${name}#` });

/** One answer of a route, as OpenAPI describes it. */
export const answer = (description: string, schema: Schema, type = 'application/json'): Schema => ({
  description,
  content: { [type]: { schema } },
});

const TEXT: Schema = {
  $id: 'Text',
  description: `At least one visible character, at most ${MAX_TEXT_LENGTH}.`,
  type: 'string',
  maxLength: MAX_TEXT_LENGTH,
  pattern: String.raw`\S`,
  examples: ['I love you so much!'],
};

const PREDICT_REQUEST: Schema = {
  $id: 'PredictRequest',
  description: 'Either one sentence or several of them. Other fields are ignored.',
  type: 'object',
  properties: {
    sentence: ref('Text'),
    sentences: { type: 'array', minItems: 1, maxItems: MAX_TEXTS, items: ref('Text') },
  },
  // With the type in each: what is no object would fit both otherwise.
  oneOf: [
    { type: 'object', required: ['sentence'] },
    { type: 'object', required: ['sentences'] },
  ],
  examples: [{ sentence: 'I love you so much!' }, { sentences: ['I love you so much!', 'so tired of this rain'] }],
};

/** How likely each label is, by label; only where the server is set to debug. */
const dictionary = (labels: string[]): Schema => ({
  description: 'How likely each label is. Only from an API in debug mode.',
  type: 'object',
  properties: Object.fromEntries(labels.map((label) => [label, { type: 'number', minimum: 0, maximum: 1 }])),
  required: labels,
});

const prediction = (labels: string[], debug: boolean): Schema => ({
  $id: 'Prediction',
  type: 'object',
  required: debug ? ['prediction value', 'prediction_proba_dict'] : ['prediction value'],
  properties: {
    'prediction value': { description: 'The most probable label.', type: 'string', enum: labels },
    ...(debug ? { prediction_proba_dict: dictionary(labels) } : {}),
  },
});

const PREDICTION_BATCH: Schema = {
  $id: 'PredictionBatch',
  type: 'object',
  required: ['predictions'],
  properties: {
    predictions: { description: 'In the order of the sentences.', type: 'array', items: ref('Prediction') },
  },
};

const PROBLEM: Schema = {
  $id: 'Problem',
  description: 'What every answer holds that is not a success.',
  type: 'object',
  required: ['statusCode', 'error', 'message', 'request_id'],
  properties: {
    statusCode: { type: 'integer' },
    error: { description: 'The name of the status.', type: 'string' },
    message: { description: 'What is wrong and what would be right.', type: 'string' },
    request_id: { description: 'The same as in the header `X-Request-Id` and in the log.', type: 'string' },
  },
  examples: [
    {
      statusCode: 422,
      error: 'Unprocessable Entity',
      message: '"sentence" is empty; it must hold at least one visible character.',
      request_id: '5f0c2a9d41be-2s',
    },
  ],
};

/** The schemas that routes refer to by name, fitted to what the model says. */
export const sharedSchemas = (labels: string[], debug: boolean): Schema[] => [
  TEXT,
  PREDICT_REQUEST,
  prediction(labels, debug),
  PREDICTION_BATCH,
  PROBLEM,
];

/** Why a request can be refused before its content counts, by status. */
export const REFUSALS: Schema = {
  400: answer('The request is not valid HTTP or its body not valid JSON.', ref('Problem')),
  413: answer('The body is too large.', ref('Problem')),
  415: answer('The body is not declared as JSON.', ref('Problem')),
};

/** Too much to do. */
export const busyAnswer = (schema: Schema): Schema => ({
  ...answer('Too many texts are pending. Come back after as many seconds as `Retry-After` says.', schema),
  headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
});

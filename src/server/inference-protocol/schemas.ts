import { MAX_TEXTS, type Schema, answer, busyAnswer, ref } from '../schemas.js';
import { INPUT } from './tensors.js';

/** -1 stands for any number. */
const DECLARED_SHAPE: Schema = { type: 'array', items: { type: 'integer', minimum: -1 } };

/** The part of the description that all of this belongs to. */
export const TAG = ['inference protocol'];

const SHAPE: Schema = { type: 'array', items: { type: 'integer', minimum: 0 } };
const PARAMETERS: Schema = { description: 'Anything; what is not known is ignored.', type: 'object' };

const tensor = (properties: Schema): Schema => ({
  type: 'object',
  required: ['name', 'datatype', 'shape', ...Object.keys(properties)],
  properties: { name: { type: 'string' }, datatype: { type: 'string' }, shape: DECLARED_SHAPE, ...properties },
});

const INFER_REQUEST: Schema = {
  $id: 'InferRequest',
  type: 'object',
  required: ['inputs'],
  properties: {
    id: { description: 'Comes back in the answer.', type: 'string' },
    parameters: PARAMETERS,
    inputs: {
      description: `One tensor, "${INPUT}": BYTES of shape [n] or [n, 1], n at most ${MAX_TEXTS}.`,
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'datatype', 'shape', 'data'],
        properties: {
          name: { type: 'string' },
          datatype: { type: 'string' },
          shape: SHAPE,
          parameters: PARAMETERS,
          data: { type: 'array' },
        },
      },
    },
    outputs: {
      description: 'The outputs that are wanted; all if none is named.',
      type: 'array',
      items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, parameters: PARAMETERS } },
    },
  },
  examples: [
    { id: '1', inputs: [{ name: INPUT, datatype: 'BYTES', shape: [2], data: ['I love you so much!', 'so tired'] }] },
  ],
};

const INFER_RESPONSE: Schema = {
  $id: 'InferResponse',
  type: 'object',
  required: ['model_name', 'model_version', 'outputs'],
  properties: {
    model_name: { type: 'string' },
    model_version: { type: 'string' },
    id: { type: 'string' },
    outputs: {
      description: '`label`: BYTES [n]. From an API in debug mode also `probabilities`: FP32 [n, number of labels].',
      type: 'array',
      items: tensor({ data: { type: 'array' } }),
    },
  },
};

const MODEL_METADATA: Schema = {
  $id: 'ModelMetadata',
  type: 'object',
  required: ['name', 'versions', 'platform', 'inputs', 'outputs'],
  properties: {
    name: { type: 'string' },
    versions: { type: 'array', items: { type: 'string' } },
    platform: { type: 'string' },
    inputs: { type: 'array', items: tensor({}) },
    outputs: {
      description: 'The parameter `labels` of `probabilities` is a JSON array: the labels in the order of the columns.',
      type: 'array',
      items: tensor({}),
    },
  },
};

const INFERENCE_ERROR: Schema = {
  $id: 'InferenceError',
  type: 'object',
  required: ['error'],
  properties: { error: { type: 'string' } },
  examples: [{ error: 'The model takes one input, "text", not "sentence".' }],
};

export const inferenceSchemas: Schema[] = [INFER_REQUEST, INFER_RESPONSE, MODEL_METADATA, INFERENCE_ERROR];

const failure = (description: string): Schema => answer(description, ref('InferenceError'));

export const NOT_FOUND = { 404: failure('There is no such model or version.') };

export const INFER_DESCRIPTION =
  'Answers `label`, and `probabilities` where the API is in debug mode. Tensors may be JSON or, by the binary tensor data extension (`Inference-Header-Content-Length`), binary.';

export const INFER_ANSWERS = {
  200: answer('The outputs, in the order in which they were asked for.', ref('InferResponse')),
  400: failure('The request is not valid JSON or its tensors are not what the model takes.'),
  413: failure('The body is too large.'),
  415: failure('The body is declared as something else than JSON or binary tensor data.'),
  503: busyAnswer(ref('InferenceError')),
};

const READY: Schema = { type: 'object', required: ['ready'], properties: { ready: { type: 'boolean' } } };

/** Of the questions whether something takes requests. */
export const readyAnswers = { 200: answer('Yes.', READY), 503: answer('No: the server is shutting down.', READY) };

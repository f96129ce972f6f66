import type { Prediction } from '../predictor.js';
import { isTooLong, MAX_TEXTS, MAX_TEXT_LENGTH } from '../schemas.js';
import { badRequest, quote } from './bad-request.js';
import { writeFloats, writeStrings } from './binary.js';

/** The one input of the model. */
export const INPUT = 'text';

/** A tensor that a client sends, of the right types but not yet known to make sense. */
export interface InputTensor {
  name: string;
  datatype: string;
  shape: number[];
  data: unknown[];
}

/** A tensor that is answered. */
export interface OutputTensor {
  name: OutputName;
  datatype: 'BYTES' | 'FP32';
  shape: number[];
  data: string[] | number[];
}

export type OutputName = 'label' | 'probabilities';

/** Which outputs a client may ask for: an API that is not in debug mode tells no probabilities. */
export const offeredOutputs = (debug: boolean): OutputName[] => (debug ? ['label', 'probabilities'] : ['label']);

function requireShape({ shape, data }: InputTensor): void {
  const [texts = 0, columns = 1] = shape;
  if (shape.length < 1 || shape.length > 2 || columns !== 1)
    throw badRequest(`The shape of "${INPUT}" must be [n] or [n, 1], not [${shape.slice(0, 8).join(', ')}].`);
  if (texts < 1 || texts > MAX_TEXTS)
    throw badRequest(`"${INPUT}" must hold 1 to ${MAX_TEXTS} texts; its shape says ${texts}.`);
  if (data.length !== texts)
    throw badRequest(`The shape of "${INPUT}" says ${texts} texts; its data holds ${data.length}.`);
}

function requireText(value: unknown, index: number): string {
  const name = `Element ${index} of "${INPUT}"`;
  if (typeof value !== 'string') throw badRequest(`${name} is not a string.`);
  if (isTooLong(value)) throw badRequest(`${name} is longer than ${MAX_TEXT_LENGTH} characters.`);
  if (!/\S/.test(value)) throw badRequest(`${name} is empty; it must hold at least one visible character.`);
  return value;
}

/**
 * The texts that a client wants classified. Pure.
 * @throws an error with status 400 that says what the model takes
 */
export function textsOf(inputs: InputTensor[]): string[] {
  const [tensor] = inputs;
  if (tensor === undefined || inputs.length > 1 || tensor.name !== INPUT) {
    const names = inputs.slice(0, 8).map(({ name }) => quote(name));
    throw badRequest(`The model takes one input, "${INPUT}", not ${names.join(', ')}.`);
  }
  if (tensor.datatype !== 'BYTES')
    throw badRequest(`The datatype of "${INPUT}" must be BYTES, not ${quote(tensor.datatype)}.`);
  // An [n, 1] tensor may be written nested or flat.
  const flat = { ...tensor, data: tensor.data.flat() };
  requireShape(flat);
  return flat.data.map(requireText);
}

/**
 * The outputs that a client wants; all that are offered when it names none. Pure.
 * @throws an error with status 400 for one that is not offered, or wanted twice: answers must not grow
 *   beyond what their requests are worth
 */
export function chooseOutputs(wanted: { name: string }[], offered: OutputName[]): OutputName[] {
  if (wanted.length === 0) return offered;
  return wanted.map(({ name }, place) => {
    const output = offered.find((candidate) => candidate === name);
    if (output !== undefined) {
      if (wanted.findIndex((other) => other.name === name) === place) return output;
      throw badRequest(`The output ${quote(name)} is asked for more than once.`);
    }
    const why = name === 'probabilities' ? '; probabilities come from an API in debug mode only' : '';
    throw badRequest(`There is no output ${quote(name)} here, only ${offered.join(', ')}${why}.`);
  });
}

/** Predictions as the tensor of that name. Pure. */
export function toTensor(name: OutputName, predictions: Prediction[], labels: number): OutputTensor {
  const texts = predictions.length;
  return name === 'label'
    ? { name, datatype: 'BYTES', shape: [texts], data: predictions.map(({ label }) => label) }
    : {
        name,
        datatype: 'FP32',
        shape: [texts, labels],
        data: predictions.flatMap(({ probabilities }) => [...probabilities]),
      };
}

/** The data of a tensor in binary. Pure. */
export const toBinary = ({ data }: OutputTensor): Buffer =>
  typeof data[0] === 'string' ? writeStrings(data as string[]) : writeFloats(data as number[]);

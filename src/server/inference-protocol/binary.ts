import { badRequest, quote } from './bad-request.js';

/** Bytes before each string of a binary tensor: its length, little-endian. */
const PREFIX = 4;

interface BinaryInput {
  name?: unknown;
  parameters?: { binary_data_size?: unknown };
}

function readStrings(bytes: Buffer, name: unknown): string[] {
  const texts: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const start = offset + PREFIX;
    const end = start <= bytes.length ? start + bytes.readUInt32LE(offset) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw badRequest(`The binary data of input ${quote(name)} ends within an element.`);
    texts.push(bytes.toString('utf8', start, end));
    offset = end;
  }
  return texts;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function sizeOf(input: unknown): number | undefined {
  const size = isObject(input) ? (input as BinaryInput).parameters?.binary_data_size : undefined;
  if (size === undefined) return undefined;
  if (typeof size === 'number' && Number.isInteger(size) && size >= 0) return size;
  throw badRequest('"binary_data_size" must be a number of bytes.');
}

/**
 * Puts the binary data behind a request into the inputs that it belongs to, so that the request is
 * what it would have been in JSON. Pure.
 * @param request parsed, not yet validated
 * @throws an error with status 400 when sizes do not fit
 */
export function withBinaryData(request: unknown, data: Buffer): unknown {
  const inputs: unknown = isObject(request) && 'inputs' in request ? request.inputs : undefined;
  if (!isObject(request) || !Array.isArray(inputs)) return request;
  let offset = 0;
  const filled = inputs.map((input: unknown): unknown => {
    const size = sizeOf(input);
    if (size === undefined) return input;
    const { name } = input as BinaryInput;
    if (offset + size > data.length) throw badRequest(`The binary data of input ${quote(name)} is too short.`);
    const strings = readStrings(data.subarray(offset, offset + size), name);
    offset += size;
    return { ...(input as object), data: strings };
  });
  if (offset !== data.length) throw badRequest(`${data.length - offset} bytes of binary data belong to no input.`);
  return { ...request, inputs: filled };
}

/** A tensor of strings in binary. Pure. */
export function writeStrings(texts: string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(PREFIX);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** A tensor of float32 in binary. Pure. */
export function writeFloats(values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes;
}

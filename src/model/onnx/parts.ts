import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxValueInfo } from './schema.js';

/** Of `TensorProto.DataType`. */
export const DataType = { float: 1, int32: 6, int64: 7, string: 8 } as const;
/** Of `AttributeProto.AttributeType`. */
const AttributeType = { int: 2, string: 3, ints: 7, strings: 8 } as const;

type AttributeValue = number | string | number[] | string[];

/** An input or output of a graph; a dimension without a fixed size has a name. */
export const valueInfo = (name: string, elemType: number, shape: (number | string)[]): OnnxValueInfo => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: { dim: shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size })) },
    },
  },
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export const floats = (name: string, dims: number[], data: Float32Array): OnnxTensor => ({
  name,
  dims,
  dataType: DataType.float,
  rawData: bytesOf(data),
});

/** A vector of whole numbers, as axes and shapes are. */
export const integers = (name: string, data: number[]): OnnxTensor => ({
  name,
  dims: [data.length],
  dataType: DataType.int64,
  rawData: bytesOf(BigInt64Array.from(data, BigInt)),
});

export const strings = (name: string, data: string[]): OnnxTensor => ({
  name,
  dims: [data.length],
  dataType: DataType.string,
  stringData: data,
});

const isStrings = (list: number[] | string[]): list is string[] => typeof list[0] === 'string';

function attribute(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, type: AttributeType.int, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.string, s: value };
  if (isStrings(value)) return { name, type: AttributeType.strings, strings: value };
  return { name, type: AttributeType.ints, ints: value };
}

/** A node with one output, named after it. */
export const node = (
  opType: string,
  input: string[],
  output: string,
  attributes: Record<string, AttributeValue> = {},
): OnnxNode => ({
  name: output,
  opType,
  input,
  output: [output],
  attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
});

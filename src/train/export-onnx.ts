import { Graph } from '../model/metadata.js';
import {
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
  encodeOnnx,
} from '../model/onnx/schema.js';
import type { LinearModel } from './softmax-regression.js';

/** Of `TensorProto.DataType` and `AttributeProto.AttributeType`. */
const DataType = { float: 1, int32: 6, int64: 7 } as const;
const ATTRIBUTE_INT = 2;

const IR_VERSION = 8;
const OPSET = 13;

type Dimension = number | string;

const valueInfo = (name: string, elemType: number, shape: Dimension[]): OnnxValueInfo => ({
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

const floats = (name: string, dims: number[], data: Float32Array): OnnxTensor => ({
  name,
  dims,
  dataType: DataType.float,
  rawData: bytesOf(data),
});

const node = (opType: string, input: string[], output: string, axis?: number): OnnxNode => ({
  name: output,
  opType,
  input,
  output: [output],
  ...(axis === undefined ? {} : { attribute: [{ name: 'axis', i: axis, type: ATTRIBUTE_INT }] }),
});

/** Sums, per text, the weight rows of its features times their values; then bias and softmax. */
const NODES: OnnxNode[] = [
  node('Gather', ['weights', Graph.indices], 'rows', 0),
  node('Unsqueeze', [Graph.values, 'axis1'], 'factors'),
  node('MatMul', ['factors', 'rows'], 'sums'),
  node('Squeeze', ['sums', 'axis1'], 'scores'),
  node('Add', ['scores', 'bias'], 'logits'),
  node('Softmax', ['logits'], Graph.probabilities, -1),
];

/** The classifier as an ONNX graph from sparse features to probabilities. */
export function exportOnnx({ features, classes, weights, bias }: LinearModel, labels: string[]): Uint8Array {
  const model: OnnxModel = {
    irVersion: IR_VERSION,
    producerName: 'fortress',
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: [{ key: 'labels', value: JSON.stringify(labels) }],
    graph: {
      name: 'softmax-regression',
      node: NODES,
      initializer: [
        floats('weights', [features, classes], weights),
        floats('bias', [classes], bias),
        { name: 'axis1', dims: [1], dataType: DataType.int64, rawData: bytesOf(BigInt64Array.of(1n)) },
      ],
      input: [
        valueInfo(Graph.indices, DataType.int32, ['texts', 'terms']),
        valueInfo(Graph.values, DataType.float, ['texts', 'terms']),
      ],
      output: [valueInfo(Graph.probabilities, DataType.float, ['texts', classes])],
    },
  };
  return encodeOnnx(model);
}

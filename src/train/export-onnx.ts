import { Graph } from '../model/metadata.js';
import { DataType, floats, integers, node, valueInfo } from '../model/onnx/parts.js';
import { type OnnxNode, encodeOnnx } from '../model/onnx/schema.js';
import type { LinearModel } from './softmax-regression.js';

const IR_VERSION = 8;
const OPSET = 13;

/** Sums, per text, the weight rows of its features times their values; then bias and softmax. */
const NODES: OnnxNode[] = [
  node('Gather', ['weights', Graph.indices], 'rows', { axis: 0 }),
  node('Unsqueeze', [Graph.values, 'axis1'], 'factors'),
  node('MatMul', ['factors', 'rows'], 'sums'),
  node('Squeeze', ['sums', 'axis1'], 'scores'),
  node('Add', ['scores', 'bias'], 'logits'),
  node('Softmax', ['logits'], Graph.probabilities, { axis: -1 }),
];

/** The classifier as an ONNX graph from sparse features to probabilities. */
export function exportOnnx({ features, classes, weights, bias }: LinearModel, labels: string[]): Uint8Array {
  return encodeOnnx({
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
        integers('axis1', [1]),
      ],
      input: [
        valueInfo(Graph.indices, DataType.int32, ['texts', 'terms']),
        valueInfo(Graph.values, DataType.float, ['texts', 'terms']),
      ],
      output: [valueInfo(Graph.probabilities, DataType.float, ['texts', classes])],
    },
  });
}

import { join } from 'node:path';
import { encode, type NodeOutline } from '../../../../src/model/onnx/outline.js';
import type { OnnxGraph } from '../../../../src/model/onnx/read-graph.js';
import type { Dimension, OnnxValue } from '../../../../src/model/onnx/values.js';
import { packageRoot } from '../../../../src/package-root.js';

/** A model that scikit-learn and skl2onnx made, see make_fixtures.py. */
export const fixture = (name: string): string => join(packageRoot(), 'test/fixtures/onnx', name);

export const value = (name: string, type: string, ...shape: Dimension[]): OnnxValue => ({ name, type, shape });

/** @param attributes fields of `Attribute` by name */
export const node = (
  opType: string,
  input: string[],
  output: string[],
  attributes: Record<string, object> = {},
): NodeOutline => ({
  opType,
  input,
  output,
  attribute: Object.entries(attributes).map(([name, fields]) => encode('Attribute', { name, ...fields })),
});

export const graphOf = (parts: Partial<OnnxGraph>): OnnxGraph => ({
  producer: '',
  opsets: {},
  metadata: new Map(),
  inputs: [],
  outputs: [],
  nodes: [],
  constants: new Map(),
  external: [],
  ...parts,
});

/** A graph that takes texts and has two labels. */
export const textGraph = (parts: Partial<OnnxGraph> = {}): OnnxGraph =>
  graphOf({
    inputs: [value('text', 'string', null, 1)],
    outputs: [value('label', 'string', null), value('probabilities', 'float', null, 2)],
    nodes: [
      node('LinearClassifier', ['x'], ['label', 'probabilities'], { classlabels_strings: { strings: ['no', 'yes'] } }),
    ],
    ...parts,
  });

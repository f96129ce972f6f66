import { configError } from '../errors.js';
import { findLabels } from './graph-labels.js';
import { Graph } from './metadata.js';
import type { GraphEdits } from './onnx/edit-graph.js';
import type { OnnxGraph } from './onnx/read-graph.js';
import { describeValue, type OnnxValue } from './onnx/values.js';
import { findProbabilities } from './probability-output.js';

/** How a graph that takes texts is run. */
export interface TextSignature {
  kind: 'text';
  input: string;
  /** Whether the input is a column [texts, 1]; else it is a list [texts]. */
  column: boolean;
  /** The graph takes one text at a time. */
  single: boolean;
  /** Name of the tensor [texts, labels]. */
  probabilities: string;
  labels: string[];
  /** What the graph needs before it can give out its probabilities. */
  edits: GraphEdits;
}

/** What a graph expects: features that our featuriser makes, or texts as they are. */
export type Signature = { kind: 'features' } | TextSignature;

const EXPECTED = [
  'Expected is one of two kinds. Text: one string input [texts] or [texts, 1] with any name, and the outputs label',
  '(string or int64 [texts]) and probabilities (float [texts, labels]), as skl2onnx exports a scikit-learn pipeline.',
  `Features: the inputs ${Graph.indices} (int32) and ${Graph.values} (float) and the output ${Graph.probabilities} (float),`,
  'as `fortress train` makes them.',
].join(' ');

const list = (values: OnnxValue[]): string => values.map(describeValue).join('; ') || 'none';

const describe = ({ inputs, outputs }: OnnxGraph): string =>
  `Found inputs: ${list(inputs)}. Found outputs: ${list(outputs)}.`;

const has = (values: OnnxValue[], name: string, type: string): boolean =>
  values.some((value) => value.name === name && value.type === type && value.shape?.length === 2);

const takesFeatures = ({ inputs, outputs }: OnnxGraph): boolean =>
  inputs.length === 2 &&
  has(inputs, Graph.indices, 'int32') &&
  has(inputs, Graph.values, 'float') &&
  has(outputs, Graph.probabilities, 'float');

/** The one input, when it is a list or a column of texts. */
function textInput({ inputs }: OnnxGraph): (OnnxValue & { single: boolean }) | undefined {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1 || input.type !== 'string') return undefined;
  if (input.shape?.length !== 1 && input.shape?.length !== 2) return undefined;
  const [texts, width = 1] = input.shape;
  if (width !== 1 || (typeof texts === 'number' && texts !== 1)) return undefined;
  return { ...input, single: texts === 1 };
}

/**
 * Tells from a graph's inputs and outputs of which kind a model is and how it is run.
 * @param file named in errors
 * @throws FortressError (exit 2) naming what was found and what was expected
 */
export function readSignature(graph: OnnxGraph, file: string): Signature {
  if (graph.external.length > 0) {
    throw configError(`${file} keeps its weights in other files`, {
      why: `Outside are: ${graph.external.slice(0, 3).join(', ')}.`,
      hint: 'Save it as one file: onnx.save(onnx.load("model.onnx"), "whole.onnx")',
    });
  }
  if (takesFeatures(graph)) return { kind: 'features' };
  const input = textInput(graph);
  if (input === undefined) {
    throw configError(`${file} is not a model that fortress can serve`, { why: describe(graph), hint: EXPECTED });
  }
  const probabilities = findProbabilities(graph);
  if (probabilities === undefined) {
    throw configError(`${file} gives no probabilities`, {
      why: describe(graph),
      hint: [
        "Export it with options={'zipmap': False}, so that it gives label (string or int64 [texts]) and probabilities",
        '(float [texts, labels]). A classifier without predict_proba needs CalibratedClassifierCV around it.',
      ].join(' '),
    });
  }
  return {
    kind: 'text',
    input: input.name,
    column: input.shape?.length === 2,
    single: input.single,
    probabilities: probabilities.name,
    labels: findLabels(graph, probabilities, file),
    edits: {
      ...(probabilities.hidden ? { expose: probabilities.name } : {}),
      ...(probabilities.zipMap === null ? {} : { remove: probabilities.zipMap.output[0] ?? '' }),
    },
  };
}

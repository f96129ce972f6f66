import type { NodeOutline } from './onnx/outline.js';
import type { OnnxGraph } from './onnx/read-graph.js';
import type { OnnxValue } from './onnx/values.js';

/** Where the probabilities of a graph are: a float tensor [texts, classes]. */
export interface ProbabilityTensor {
  name: string;
  /** Null when the graph does not tell. */
  classes: number | null;
  /** It lies inside the graph and is not one of its outputs. */
  hidden: boolean;
  /** The node that makes maps of the tensor, which onnxruntime-node cannot give out. */
  zipMap: NodeOutline | null;
}

const hasRank = ({ shape }: OnnxValue, rank: number): boolean => shape?.length === rank;

/** The one output that is a matrix of floats; of several the one that is called so. */
function asTensor({ outputs }: OnnxGraph): ProbabilityTensor | undefined {
  const matrices = outputs.filter((output) => output.type === 'float' && hasRank(output, 2));
  const named = matrices.filter(({ name }) => /prob/i.test(name));
  const [found] = matrices.length === 1 ? matrices : named.length === 1 ? named : [];
  if (found === undefined) return undefined;
  const classes = found.shape?.[1];
  return { name: found.name, classes: typeof classes === 'number' ? classes : null, hidden: false, zipMap: null };
}

/** What skl2onnx does unless told otherwise: a sequence of one map per text, from label to probability. */
function asMaps({ outputs, nodes }: OnnxGraph): ProbabilityTensor | undefined {
  const names = new Set(outputs.map(({ name }) => name));
  const zipMap = nodes.find(({ opType, output: [made = ''] }) => opType === 'ZipMap' && names.has(made));
  const tensor = zipMap?.input[0];
  if (zipMap === undefined || tensor === undefined) return undefined;
  return { name: tensor, classes: null, hidden: !names.has(tensor), zipMap };
}

/** `options={'zipmap': 'columns'}`: one output per class, each cut out of the same tensor. */
function asColumns({ outputs, nodes }: OnnxGraph): ProbabilityTensor | undefined {
  const columns = outputs.filter((output) => output.type === 'float' && hasRank(output, 1));
  const makerOf = (name: string): NodeOutline | undefined => nodes.find(({ output }) => output.includes(name));
  const sources = columns.map(({ name }) => {
    const reshape = makerOf(name);
    const slice = reshape?.opType === 'Reshape' ? makerOf(reshape.input[0] ?? '') : undefined;
    return slice?.opType === 'Slice' ? slice.input[0] : undefined;
  });
  const [source] = sources;
  if (source === undefined || new Set(sources).size > 1) return undefined;
  return { name: source, classes: columns.length, hidden: true, zipMap: null };
}

/** Finds the probabilities of a classifier's graph, in any of the forms that skl2onnx gives them. */
export const findProbabilities = (graph: OnnxGraph): ProbabilityTensor | undefined =>
  asTensor(graph) ?? asMaps(graph) ?? asColumns(graph);

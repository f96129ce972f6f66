import { decode, type NodeOutline } from './outline.js';
import { attributeOf, type OnnxGraph } from './read-graph.js';

/** Names of classes in the order of their probabilities; integers as decimal digits. */
type Names = string[] | undefined;

const CLASSIFIERS = new Set(['LinearClassifier', 'SVMClassifier', 'TreeEnsembleClassifier']);
/** They give what they take, in another type or shape. */
const PASSING = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

/** The first of the attributes that is there and holds something. */
function namesIn(node: NodeOutline, attributes: string[]): Names {
  for (const name of attributes) {
    const attribute = attributeOf(node, name);
    const names = attribute?.strings.length ? attribute.strings : attribute?.ints;
    if (names?.length) return names;
    if (attribute?.t.length) return elementsOf(attribute.t);
  }
  return undefined;
}

/** Of `TensorProto.DataType`. */
const ElementType = { int32: 6, int64: 7, string: 8 } as const;

/** The elements of a tensor of strings or integers. */
function elementsOf(encoded: Uint8Array): Names {
  const { dataType, stringData, int32Data, int64Data, rawData } = decode('Tensor', encoded);
  const raw = Buffer.from(rawData);
  const rawNumbers = (width: number, read: (offset: number) => number | bigint): string[] =>
    Array.from({ length: Math.floor(raw.length / width) }, (_, index) => String(read(index * width)));
  if (dataType === ElementType.string) return stringData;
  if (dataType === ElementType.int32) {
    return raw.length > 0 ? rawNumbers(4, (offset) => raw.readInt32LE(offset)) : int32Data.map(String);
  }
  if (dataType === ElementType.int64) {
    return raw.length > 0 ? rawNumbers(8, (offset) => raw.readBigInt64LE(offset)) : int64Data;
  }
  return undefined;
}

const classifierNames = (node: NodeOutline): Names =>
  namesIn(node, ['classlabels_strings', 'classlabels_ints', 'classlabels_int64s']);

/** LabelEncoder and CategoryMapper: what each incoming name becomes; numbers 0 … n-1 where none are known. */
function encodedNames(node: NodeOutline, incoming: Names): Names {
  const values = namesIn(node, ['values_strings', 'values_int64s', 'values_tensor', 'classes_strings', 'cats_strings']);
  if (values === undefined) return undefined;
  const places = values.map((_, place) => String(place));
  const keys = namesIn(node, ['keys_strings', 'keys_int64s', 'keys_tensor', 'cats_int64s']) ?? places;
  const table = new Map(keys.map((key, place) => [key, values[place] ?? '']));
  const names = (incoming ?? places).map((key) => table.get(key));
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** The names that a tensor of predicted labels can hold, found by going from it towards the inputs. */
function createTracer({ nodes, constants }: OnnxGraph): (tensor: string) => Names {
  const producers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const constantNames = (tensor: string): Names => {
    const encoded = constants.get(tensor);
    if (encoded !== undefined) return elementsOf(encoded);
    const producer = producers.get(tensor);
    return producer?.opType === 'Constant' ? namesIn(producer, ['value', 'value_strings', 'value_ints']) : undefined;
  };
  const trace = (tensor: string, seen: Set<NodeOutline>): Names => {
    const node = producers.get(tensor);
    if (node === undefined || seen.has(node)) return undefined;
    seen.add(node);
    const [first = ''] = node.input;
    if (CLASSIFIERS.has(node.opType)) return classifierNames(node);
    if (PASSING.has(node.opType)) return trace(first, seen);
    if (['LabelEncoder', 'CategoryMapper'].includes(node.opType)) return encodedNames(node, trace(first, seen));
    // An array of names, and the place of the highest score in it.
    if (['ArrayFeatureExtractor', 'Gather'].includes(node.opType)) return constantNames(first);
    return undefined;
  };
  return (tensor) => trace(tensor, new Set());
}

/** The names of the classes that an output of predicted labels draws from. */
export const namesOfLabelOutput = (graph: OnnxGraph, output: string): Names => createTracer(graph)(output);

/** The names that a ZipMap node puts to the columns of its input. */
export const namesInZipMap = (node: NodeOutline): Names => namesIn(node, ['classlabels_strings', 'classlabels_int64s']);

/** The names in a graph's classifiers, when all of them agree. */
export function namesOfClassifiers({ nodes }: OnnxGraph): Names {
  const all = nodes.filter(({ opType }) => CLASSIFIERS.has(opType)).map(classifierNames);
  return new Set(all.map((names) => JSON.stringify(names))).size === 1 ? all[0] : undefined;
}

import { decode, encode, type NodeOutline } from './outline.js';
import { attributeOf } from './read-graph.js';
import { fieldFrom, fieldsOf } from './wire.js';

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_OUTPUT = 12;
const NODE_ATTRIBUTE = 5;

/** Of `TensorProto.DataType` and `AttributeProto.AttributeType`. */
const ELEMENT_FLOAT = 1;
const ATTRIBUTE_STRING = 3;

/** What onnxruntime must be given instead of what the file says. */
export interface GraphEdits {
  /** A float tensor inside the graph that becomes an output. */
  expose?: string;
  /** An output that goes, with the node that makes it. */
  remove?: string;
  /** For nodes that change the case of letters and name no locale, or `en_US`. */
  locale?: string;
}

const isDefaultLocale = (node: NodeOutline): boolean => {
  const locale = attributeOf(node, 'locale')?.s ?? '';
  return locale === '' || locale.startsWith('en_US');
};

function withLocale(node: Uint8Array, locale: string): Uint8Array[] {
  const kept = [...fieldsOf(node)].filter(
    ({ id, content }) => id !== NODE_ATTRIBUTE || decode('Attribute', content).name !== 'locale',
  );
  const attribute = encode('Attribute', { name: 'locale', s: locale, type: ATTRIBUTE_STRING });
  return [...kept.map(({ raw }) => raw), ...fieldFrom(NODE_ATTRIBUTE, [attribute])];
}

function editNode(raw: Uint8Array, content: Uint8Array, { remove, locale }: GraphEdits): Uint8Array[] {
  const node = decode('Node', content);
  if (remove !== undefined && node.output.includes(remove)) return [];
  if (locale !== undefined && node.opType === 'StringNormalizer' && isDefaultLocale(node)) {
    return fieldFrom(GRAPH_NODE, withLocale(content, locale));
  }
  return [raw];
}

function editGraphFields(graph: Uint8Array, edits: GraphEdits): Uint8Array[] {
  const kept = [...fieldsOf(graph)].flatMap(({ id, raw, content }) => {
    if (id === GRAPH_NODE) return editNode(raw, content, edits);
    return id === GRAPH_OUTPUT && decode('Value', content).name === edits.remove ? [] : [raw];
  });
  if (edits.expose === undefined) return kept;
  const output = encode('Value', { name: edits.expose, type: { tensorType: { elemType: ELEMENT_FLOAT } } });
  return [...kept, ...fieldFrom(GRAPH_OUTPUT, [output])];
}

/**
 * An ONNX model with another graph. Everything that is not edited is copied as it is.
 * @throws Error when the bytes are not protobuf
 */
export function editGraph(model: Uint8Array, edits: GraphEdits): Uint8Array {
  return Buffer.concat(
    [...fieldsOf(model)].flatMap(({ id, raw, content }) =>
      id === MODEL_GRAPH ? fieldFrom(MODEL_GRAPH, editGraphFields(content, edits)) : [raw],
    ),
  );
}

import { configError, messageOf } from '../../errors.js';
import { decode, type NodeOutline } from './outline.js';
import { type OnnxValue, valueOf } from './values.js';
import { fieldsOf } from './wire.js';

/** What an ONNX file says of itself. Holds on to the file's bytes. */
export interface OnnxGraph {
  /** Name and version of the program that wrote it; may be empty. */
  producer: string;
  /** Version by domain; the standard operators are `ai.onnx`. */
  opsets: Record<string, number>;
  metadata: Map<string, string>;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  nodes: NodeOutline[];
  /** Constant tensors by name, encoded. */
  constants: Map<string, Uint8Array>;
  /** Constants whose content lies in other files. */
  external: string[];
}

type Attribute = ReturnType<typeof decode<'Attribute'>>;

const NAME = 1;
/** Of `TensorProto.DataLocation`. */
const EXTERNAL = 1;

function outlineOf(bytes: Uint8Array): OnnxGraph {
  const { graph, opsetImport, metadataProps, producerName, producerVersion } = decode('Model', bytes);
  if (graph === null || graph.output.length === 0) throw new Error('It holds no graph.');
  const constants = graph.initializer.map((tensor) => ({ tensor, ...decode('TensorHead', tensor) }));
  const names = new Set(constants.map(({ name }) => name));
  return {
    producer: `${producerName} ${producerVersion}`.trim(),
    opsets: Object.fromEntries(opsetImport.map(({ domain, version }) => [domain || 'ai.onnx', Number(version)])),
    metadata: new Map(metadataProps.map(({ key, value }) => [key, value])),
    // Old files list their constants among the inputs.
    inputs: graph.input.map(valueOf).filter(({ name }) => !names.has(name)),
    outputs: graph.output.map(valueOf),
    nodes: graph.node,
    constants: new Map(constants.map(({ name, tensor }) => [name, tensor])),
    external: constants.filter(({ dataLocation }) => dataLocation === EXTERNAL).map(({ name }) => name),
  };
}

/**
 * Reads an ONNX file's graph without onnxruntime and without looking at its weights.
 * @param file named in the error
 * @throws FortressError (exit 2) when it is not ONNX, or damaged
 */
export function readGraph(bytes: Uint8Array, file: string): OnnxGraph {
  try {
    return outlineOf(bytes);
  } catch (error) {
    throw configError(`${file} is not an ONNX model, or a damaged one`, {
      why: messageOf(error),
      hint: 'Export the model again, or copy the file again',
      cause: error,
    });
  }
}

function nameOf(attribute: Uint8Array): string | undefined {
  for (const { id, content } of fieldsOf(attribute)) if (id === NAME) return Buffer.from(content).toString('utf8');
  return undefined;
}

/** An attribute of a node; the others, which may be large, are not decoded. */
export function attributeOf(node: NodeOutline, name: string): Attribute | undefined {
  const found = node.attribute.find((attribute) => nameOf(attribute) === name);
  return found && decode('Attribute', found);
}

import protobuf from 'protobufjs/light.js';

const optional = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });

/**
 * The part of onnx.proto that tells what a graph takes and gives. What may be large (weights,
 * vocabularies) is `bytes` here whatever it is: a slice of the file, looked into only on demand.
 */
const root = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        producerName: optional('string', 2),
        producerVersion: optional('string', 3),
        graph: optional('Graph', 7),
        opsetImport: repeated('OperatorSet', 8),
        metadataProps: repeated('Entry', 14),
      },
    },
    OperatorSet: { fields: { domain: optional('string', 1), version: optional('int64', 2) } },
    Entry: { fields: { key: optional('string', 1), value: optional('string', 2) } },
    Graph: {
      fields: {
        node: repeated('Node', 1),
        initializer: repeated('bytes', 5),
        input: repeated('Value', 11),
        output: repeated('Value', 12),
      },
    },
    Node: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        opType: optional('string', 4),
        attribute: repeated('bytes', 5),
      },
    },
    Attribute: {
      fields: {
        name: optional('string', 1),
        s: optional('string', 4),
        t: optional('bytes', 5),
        ints: repeated('int64', 8),
        strings: repeated('string', 9),
        type: optional('int32', 20),
      },
    },
    TensorHead: { fields: { name: optional('string', 8), dataLocation: optional('int32', 14) } },
    Tensor: {
      fields: {
        dataType: optional('int32', 2),
        int32Data: repeated('int32', 5),
        stringData: repeated('string', 6),
        int64Data: repeated('int64', 7),
        rawData: optional('bytes', 9),
      },
    },
    Value: { fields: { name: optional('string', 1), type: optional('Type', 2) } },
    Type: {
      fields: {
        tensorType: optional('TensorType', 1),
        sequenceType: optional('SequenceType', 4),
        mapType: optional('MapType', 5),
      },
    },
    TensorType: { fields: { elemType: optional('int32', 1), shape: optional('Shape', 2) } },
    Shape: { fields: { dim: repeated('Dimension', 1) } },
    Dimension: { fields: { dimValue: optional('int64', 1), dimParam: optional('string', 2) } },
    SequenceType: { fields: { elemType: optional('Type', 1) } },
    MapType: { fields: { keyType: optional('int32', 1), valueType: optional('Type', 2) } },
  },
});

interface TypeOutline {
  tensorType: { elemType: number; shape: { dim: { dimValue: string; dimParam: string }[] } | null } | null;
  sequenceType: { elemType: TypeOutline | null } | null;
  mapType: { keyType: number; valueType: TypeOutline | null } | null;
}

export interface ValueOutline {
  name: string;
  type: TypeOutline | null;
}

export interface NodeOutline {
  input: string[];
  output: string[];
  opType: string;
  /** Encoded `Attribute`s. */
  attribute: Uint8Array[];
}

/** Messages by name. Absent fields hold their default or null; 64-bit integers are decimal strings. */
interface Messages {
  Model: {
    producerName: string;
    producerVersion: string;
    /** The initializers are encoded `Tensor`s. */
    graph: {
      node: NodeOutline[];
      initializer: Uint8Array[];
      input: ValueOutline[];
      output: ValueOutline[];
    } | null;
    opsetImport: { domain: string; version: string }[];
    metadataProps: { key: string; value: string }[];
  };
  Node: NodeOutline;
  Attribute: { name: string; s: string; t: Uint8Array; ints: string[]; strings: string[]; type: number };
  Value: ValueOutline;
  TensorHead: { name: string; dataLocation: number };
  Tensor: {
    dataType: number;
    int32Data: number[];
    stringData: string[];
    int64Data: string[];
    rawData: Uint8Array;
  };
}

/** @throws Error when the bytes are not protobuf */
export function decode<Name extends keyof Messages>(name: Name, bytes: Uint8Array): Messages[Name] {
  const type = root.lookupType(name);
  return type.toObject(type.decode(bytes), { longs: String, defaults: true, arrays: true }) as Messages[Name];
}

/** A message of which only the given fields are set, in protobuf's wire format. */
export function encode(name: keyof Messages, fields: Record<string, unknown>): Uint8Array {
  const type = root.lookupType(name);
  return type.encode(type.create(fields)).finish();
}

import type { ValueOutline } from './outline.js';

/** Of `TensorProto.DataType`; the place is the number. */
const ELEMENT_TYPES = (
  'undefined float uint8 int8 uint16 int16 int32 int64 string bool float16 double uint32 uint64 ' +
  'complex64 complex128 bfloat16'
).split(' ');

/** A size, the name of one that is open, or null for an open one without a name. */
export type Dimension = number | string | null;

/** An input or output of a graph. */
export interface OnnxValue {
  name: string;
  /** Of a tensor its elements' (`string`, `float`); of others all of it (`sequence(map(string, float))`). */
  type: string;
  /** Null when it is not a tensor, or when the graph does not tell. */
  shape: Dimension[] | null;
}

type Type = ValueOutline['type'];

const elementName = (number: number): string => ELEMENT_TYPES[number] ?? `type ${number}`;

function typeName(type: Type): string {
  if (type?.tensorType) return elementName(type.tensorType.elemType);
  if (type?.sequenceType) return `sequence(${typeName(type.sequenceType.elemType)})`;
  if (type?.mapType) return `map(${elementName(type.mapType.keyType)}, ${typeName(type.mapType.valueType)})`;
  return 'unknown';
}

function dimensionOf({ dimValue, dimParam }: { dimValue: string; dimParam: string }): Dimension {
  if (dimParam !== '') return dimParam;
  return Number(dimValue) > 0 ? Number(dimValue) : null;
}

export const valueOf = ({ name, type }: ValueOutline): OnnxValue => ({
  name,
  type: typeName(type),
  shape: type?.tensorType?.shape?.dim.map(dimensionOf) ?? null,
});

/** `probabilities: float [?, 13]`. */
export function describeValue({ name, type, shape }: OnnxValue): string {
  return shape === null ? `${name}: ${type}` : `${name}: ${type} [${shape.map((size) => size ?? '?').join(', ')}]`;
}

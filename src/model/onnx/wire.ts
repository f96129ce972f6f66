import protobuf from 'protobufjs/light.js';

/** A field of an encoded message: all of it, and what it holds where that has a length. */
export interface Field {
  id: number;
  /** With tag and length. */
  raw: Uint8Array;
  /** Empty for numbers. */
  content: Uint8Array;
}

const LENGTH_DELIMITED = 2;
const EMPTY = new Uint8Array();

/**
 * The fields of an encoded message in order, as slices of it: nothing is copied, nothing is lost
 * that we know nothing about.
 * @throws Error when the bytes are not protobuf
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const wireType = tag & 7;
    let content: Uint8Array = EMPTY;
    if (wireType === LENGTH_DELIMITED) content = reader.bytes();
    else reader.skipType(wireType);
    yield { id: tag >>> 3, raw: message.subarray(start, reader.pos), content };
  }
}

/** A length-delimited field whose content is given in pieces. */
export function fieldFrom(id: number, pieces: Uint8Array[]): Uint8Array[] {
  const length = pieces.reduce((total, piece) => total + piece.length, 0);
  const head = protobuf.Writer.create()
    .uint32((id << 3) | LENGTH_DELIMITED)
    .uint32(length)
    .finish();
  return [head, ...pieces];
}

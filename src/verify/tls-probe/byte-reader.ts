/** Reads numbers and texts of bytes one after the other. */
export interface ByteReader {
  uint(bytes: number): number;
  bytes(count: number): Buffer;
  /** What a length of so many bytes stands before. */
  vector(lengthBytes: number): Buffer;
  left(): number;
}

/** @throws RangeError at the reading of more than there is */
export function readBytes(buffer: Buffer): ByteReader {
  let at = 0;
  const bytes = (count: number): Buffer => {
    if (count > buffer.length - at) throw new RangeError(`${count} bytes wanted, ${buffer.length - at} left`);
    at += count;
    return buffer.subarray(at - count, at);
  };
  const uint = (count: number): number => bytes(count).readUIntBE(0, count);
  return { uint, bytes, vector: (lengthBytes) => bytes(uint(lengthBytes)), left: () => buffer.length - at };
}

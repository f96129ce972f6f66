const HEADER_LENGTH = 8;
const STDERR = 2;

/** A piece of what a process wrote. */
export interface Frame {
  to: 'stdout' | 'stderr';
  payload: Buffer;
}

/**
 * Takes apart what the engine sends of a process without a terminal: frames of 1 byte stream, 3 bytes
 * nothing, 4 bytes length, payload, cut into chunks anywhere. A last frame that is not whole is dropped.
 */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.length < HEADER_LENGTH ? Infinity : HEADER_LENGTH + rest.readUInt32BE(4);
      if (rest.length < end) break;
      yield { to: rest[0] === STDERR ? 'stderr' : 'stdout', payload: rest.subarray(HEADER_LENGTH, end) };
      rest = rest.subarray(end);
    }
  }
}

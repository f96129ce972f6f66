import { expect, test } from 'vitest';
import { readFrames } from '../../../../src/engine/docker/frames.js';

function frame(stream: 1 | 2, text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** What comes of bytes that arrive in chunks of a size. */
async function read(bytes: Buffer, size: number): Promise<string[]> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  const frames: string[] = [];
  for await (const { to, payload } of readFrames(
    (async function* () {
      yield* chunks;
    })(),
  ))
    frames.push(`${to}: ${payload.toString()}`);
  return frames;
}

const BYTES = Buffer.concat([frame(1, 'one'), frame(2, 'an error'), frame(1, ''), frame(1, 'zwölf')]);

test.each([1, 2, 7, 8, 9, 20, 1000])('however the bytes are cut: chunks of %i', async (size) => {
  expect(await read(BYTES, size)).toEqual(['stdout: one', 'stderr: an error', 'stdout: ', 'stdout: zwölf']);
});

test('a last frame that is not whole is dropped', async () => {
  expect(await read(BYTES.subarray(0, -1), 5)).toEqual(['stdout: one', 'stderr: an error', 'stdout: ']);
});

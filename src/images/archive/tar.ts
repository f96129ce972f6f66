import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';

/** Bytes of a header, and what contents are padded to. */
const BLOCK = 512;
/** Two blocks of zeros. */
const END = 2 * BLOCK;
/** Every tar that an engine saves has it. */
const ENGINE_MANIFEST = 'manifest.json';

/** The entry alone, so that the entries of another tar can follow. */
export async function packEntry(name: string, content: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, mode: 0o644 }, content);
  archive.finalize();
  return (await buffer(Readable.from(archive))).subarray(0, -END);
}

/** The first entry of a tar and the length of its content, from its first block; null: that is no tar. Pure. */
export function firstEntry(block: Buffer): { name: string; size: number } | null {
  if (block.length < BLOCK || block.toString('latin1', 257, 262) !== 'ustar') return null;
  const name = block.toString('utf8', 0, 100).replace(/\0.*$/s, '');
  return { name, size: Number.parseInt(block.toString('latin1', 124, 136), 8) || 0 };
}

/** What `firstEntry` and the content of a first entry lie in. */
export const HEADER_SIZE = BLOCK;

/**
 * Passes a tar of images on, and looks whether it is whole.
 * @throws Error in the end, or as soon as it is no tar, when it is not
 */
export async function* wholeTar(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const names = new Set<string>();
  const walker = extract();
  walker.on('entry', ({ name }, content, next) => {
    names.add(name);
    content.on('end', next);
    // It is the walker's, too.
    content.on('error', () => undefined);
    content.resume();
  });
  const ended = new Promise<void>((resolve, reject) => {
    walker.on('finish', resolve);
    walker.on('error', reject);
  });
  // It is looked at only where something waits for it.
  ended.catch(() => undefined);
  for await (const chunk of bytes) {
    if (!walker.write(chunk))
      await Promise.race([new Promise<void>((resolve) => walker.once('drain', resolve)), ended]);
    yield chunk;
  }
  walker.end(undefined);
  await ended;
  if (!names.has(ENGINE_MANIFEST)) throw new Error(`it ends before its ${ENGINE_MANIFEST}`);
}

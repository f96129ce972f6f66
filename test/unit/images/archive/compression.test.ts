import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import {
  assertWritable,
  compressionOf,
  createCompressor,
  decompress,
  detectCompression,
  zstdMeans,
} from '../../../../src/images/archive/compression.js';

it.each([
  ['bundle.tar', 'none'],
  ['bundle.tar.gz', 'gzip'],
  ['a.b/bundle.tgz', 'gzip'],
  ['bundle.tar.zst', 'zstd'],
  ['bundle.tzst', 'zstd'],
])('%s is written with %s', (name, compression) => {
  expect(compressionOf(name)).toBe(compression);
});

it.each(['bundle', 'bundle.zip', 'bundle.gz', 'bundle.tar.xz'])('refuses the name %s', (name) => {
  expect(() => compressionOf(name)).toThrow(
    expect.objectContaining({ exitCode: 2, hint: 'let it end in .tar, .tar.gz or .tar.zst' }),
  );
});

const { signal } = new AbortController();

const TEXT = Buffer.from('the same words again and again; '.repeat(5000));
// Where neither this Node nor a program has zstd, that is what the tests below are about.
const KINDS = zstdMeans() === null ? (['gzip'] as const) : (['gzip', 'zstd'] as const);

it.each(KINDS)('gives back what it compressed with %s, and knows it by its first bytes', async (kind) => {
  const compressor = await createCompressor(kind, signal);
  if (!compressor) throw new Error('nothing compresses');
  const packed = await buffer(Readable.from([TEXT]).compose(compressor));
  expect(packed.length).toBeLessThan(TEXT.length / 10);
  expect(detectCompression(packed)).toBe(kind);
  const plain = await decompress(kind, Readable.from([packed]), { file: 'b', signal });
  expect((await buffer(Readable.from(plain))).equals(TEXT)).toBe(true);
});

it.each(KINDS)('throws while it reads what was cut off: %s', async (kind) => {
  const compressor = await createCompressor(kind, signal);
  if (!compressor) throw new Error('nothing compresses');
  const packed = await buffer(Readable.from([TEXT]).compose(compressor));
  const plain = await decompress(kind, Readable.from([packed.subarray(0, -10)]), { file: 'b', signal });
  await expect(buffer(Readable.from(plain))).rejects.toThrow(/end of file|Command failed/);
});

it('takes a tar for what is not compressed', () => {
  expect(detectCompression(Buffer.from('manifest.json'))).toBe('none');
});

it('says what else there is where nothing has zstd', async () => {
  expect(() => assertWritable('zstd', null)).toThrow(
    expect.objectContaining({ exitCode: 2, hint: expect.stringContaining('.tar.gz') as string }),
  );
  expect(() => assertWritable('gzip', null)).not.toThrow();
  await expect(decompress('zstd', Readable.from([]), { file: 'b.tar.zst', signal, means: null })).rejects.toMatchObject(
    {
      exitCode: 2,
      message: 'b.tar.zst cannot be read on this machine: it is compressed with zstd',
    },
  );
});

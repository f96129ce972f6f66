import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Readable, type Duplex, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { usageError } from '../../errors.js';
import { unsuitableBundle } from './bundle-errors.js';

export type Compression = 'none' | 'gzip' | 'zstd';

const ENDINGS: [string, Compression][] = [
  ['.tar', 'none'],
  ['.tar.gz', 'gzip'],
  ['.tgz', 'gzip'],
  ['.tar.zst', 'zstd'],
  ['.tzst', 'zstd'],
];

/** Which one a file that is to be written gets; by name, as people expect. Pure. */
export function compressionOf(file: string): Compression {
  const found = ENDINGS.find(([ending]) => file.endsWith(ending));
  if (found) return found[1];
  throw usageError(`the name ${file} does not say how to compress`, {
    hint: 'let it end in .tar, .tar.gz or .tar.zst',
  });
}

/** How many bytes `detectCompression` looks at. */
export const MAGIC_SIZE = 4;

/** Which one a file has that is to be read; by its first bytes. Pure. */
export function detectCompression(head: Buffer): Compression {
  if (head.readUInt16BE(0) === 0x1f8b) return 'gzip';
  return head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

/** How zstd can be had: Node has it from 22.15 on. */
export type ZstdMeans = 'node' | 'program' | null;

/** What Node's types of our oldest Node do not know. */
const newerZlib = zlib as typeof zlib & {
  createZstdCompress?: () => Transform;
  createZstdDecompress?: () => Transform;
};

export function zstdMeans(path: string = process.env['PATH'] ?? ''): ZstdMeans {
  if (newerZlib.createZstdCompress && newerZlib.createZstdDecompress) return 'node';
  const names = process.platform === 'win32' ? ['zstd.exe', 'zstd.cmd'] : ['zstd'];
  const isThere = path.split(delimiter).some((folder) => names.some((name) => existsSync(join(folder, name))));
  return isThere ? 'program' : null;
}

/** @throws FortressError (exit 2) when this machine cannot write it */
export function assertWritable(compression: Compression, means: ZstdMeans = zstdMeans()): void {
  if (compression !== 'zstd' || means !== null) return;
  throw usageError('zstd cannot be written on this machine', {
    why: NO_ZSTD,
    hint: 'let the name end in .tar.gz; or install zstd, or a newer Node',
  });
}

const NO_ZSTD = `Node has zstd from 22.15 on, this one is ${process.versions.node}; and there is no program zstd`;

/**
 * @param signal ends it, and the program that it may be
 * @returns null: bytes stay as they are
 */
export async function createCompressor(compression: Compression, signal: AbortSignal): Promise<Duplex | null> {
  if (compression === 'none') return null;
  // Level 6, the default, takes twice as long for a sixteenth less.
  if (compression === 'gzip') return zlib.createGzip({ level: 3 });
  return newerZlib.createZstdCompress?.() ?? runZstd(['-T0'], signal);
}

/**
 * The bytes that were compressed; damage shows as an error while they are read.
 * @param signal must be aborted where they are not read to their end: a program would wait for its reader for ever
 * @throws FortressError (exit 2) when this machine cannot read it
 */
export async function decompress(
  compression: Compression,
  bytes: AsyncIterable<Buffer>,
  { file, signal, means = zstdMeans() }: { file: string; signal: AbortSignal; means?: ZstdMeans },
): Promise<AsyncIterable<Buffer>> {
  if (compression === 'none') return bytes;
  if (compression === 'zstd' && means === null) {
    throw unsuitableBundle(`${file} cannot be read on this machine: it is compressed with zstd`, {
      why: NO_ZSTD,
      hint: 'unpack it elsewhere (zstd -d), save it as .tar.gz, or install zstd or a newer Node',
    });
  }
  const plain =
    compression === 'gzip'
      ? zlib.createGunzip()
      : (newerZlib.createZstdDecompress?.() ?? (await runZstd(['-d'], signal)));
  // What goes wrong before it is an error of what is read from it.
  pipeline(Readable.from(bytes), plain, { signal }).catch(() => undefined);
  return plain;
}

async function runZstd(flags: string[], signal: AbortSignal): Promise<Duplex> {
  const { execa } = await import('execa');
  const options = { buffer: { stdout: false }, cancelSignal: signal } as const;
  return execa('zstd', [...flags, '--quiet', '--stdout'], options).duplex();
}

import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FortressError, messageOf, operationError, usageError } from '../../errors.js';
import { assertWritable, compressionOf, createCompressor, type Compression } from './compression.js';
import { formatManifest, type BundleManifest } from './manifest.js';
import { MANIFEST_ENTRY } from './open-bundle.js';
import { packEntry, wholeTar } from './tar.js';

/** What is left of a stack's images when they are compressed, at least: three tenths were measured. */
const BEST_RATIO = 0.25;

/** A place that a bundle may be written to. */
export interface BundleFile {
  /** Absolute. */
  path: string;
  compression: Compression;
}

/**
 * Looks whether a bundle can be written, before anything is done for it.
 * @throws FortressError (exit 2): its name, its folder, a file that is there already
 */
export async function bundleFile(name: string, { force }: { force: boolean }): Promise<BundleFile> {
  const compression = compressionOf(name);
  assertWritable(compression);
  const path = resolve(name);
  const folder = dirname(path);
  if (!existsSync(folder)) throw usageError(`there is no folder ${folder}`);
  const there = await stat(path).catch(() => null);
  if (there && !there.isFile()) throw usageError(`${path} is not a file`);
  if (there && !force) throw fileExists(path);
  return { path, compression };
}

const fileExists = (path: string): FortressError =>
  usageError(`${path} is there already`, { hint: 'choose another name, or overwrite it with --force' });

/** @throws FortressError (exit 1) when a bundle surely does not fit on its disk */
export async function assertRoom({ path, compression }: BundleFile, { images }: BundleManifest): Promise<void> {
  // Images may share layers; the largest alone has to fit in any case.
  const least = Math.max(...images.map(({ size }) => size)) * (compression === 'none' ? 1 : BEST_RATIO);
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize >= least) return;
  throw operationError('DISK_FULL', `${dirname(path)} has no room for the bundle`, {
    why: `${megabytes(bavail * bsize)} MB are free; it takes ${megabytes(least)} MB at least`,
    hint: 'make room, or write it to another disk',
  });
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

/** Told how many bytes of the tar have gone by. */
export type OnBytes = (count: number) => void;

/**
 * The bytes of a bundle, not compressed: what it says of itself, then the engine's tar.
 * @throws FortressError (exit 1), at the end, when the engine did not give all of its tar
 */
export async function* bundleBytes(
  manifest: BundleManifest,
  tar: AsyncIterable<Buffer>,
  onBytes: OnBytes,
): AsyncGenerator<Buffer> {
  yield await packEntry(MANIFEST_ENTRY, formatManifest(manifest));
  let count = 0;
  try {
    for await (const chunk of wholeTar(tar)) {
      count += chunk.length;
      onBytes(count);
      yield chunk;
    }
  } catch (error) {
    throw operationError('IMAGE_SAVE', 'the engine did not give all of its images', {
      why: messageOf(error),
      hint: "look at the engine's log and at the room on its disk, then save again",
      cause: error,
    });
  }
}

/**
 * Writes a file that appears complete or not at all.
 * @returns its size in bytes
 * @throws FortressError (exit 1) when the disk is full or the engine breaks off
 */
export async function writeBundle(
  { path, compression }: BundleFile,
  bytes: AsyncIterable<Buffer>,
  { force, signal }: { force: boolean; signal: AbortSignal },
): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    const compressor = await createCompressor(compression, signal);
    const output = createWriteStream(temporary, { flags: 'wx', flush: true });
    await pipeline([Readable.from(bytes), ...(compressor ? [compressor] : []), output], { signal });
    // Somebody else's file may have come meanwhile.
    if (!force && existsSync(path)) throw fileExists(path);
    await rename(temporary, path);
    return (await stat(path)).size;
  } catch (error) {
    await rm(temporary, { force: true });
    signal.throwIfAborted();
    throw error instanceof FortressError ? error : notWritten(path, error);
  }
}

const notWritten = (path: string, cause: unknown): FortressError =>
  operationError('BUNDLE_NOT_WRITTEN', `${path} could not be written`, {
    why: messageOf(cause),
    hint: 'nothing is left of it; make room, or write it elsewhere',
    cause,
  });

/** Writes a bundle to a stream that stays open; not compressed. */
export async function pourBundle(
  output: NodeJS.WritableStream,
  bytes: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await pipeline(Readable.from(bytes), output, { signal, end: false });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof FortressError
      ? error
      : operationError('BUNDLE_NOT_WRITTEN', 'nobody took all of the bundle', { why: messageOf(error), cause: error });
  }
}

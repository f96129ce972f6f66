import { FortressError, messageOf } from '../../errors.js';
import { damagedBundle, unsuitableBundle } from './bundle-errors.js';
import { decompress, detectCompression, MAGIC_SIZE } from './compression.js';
import { lookAhead } from './look-ahead.js';
import { parseManifest, type BundleManifest } from './manifest.js';
import { firstEntry, HEADER_SIZE, wholeTar } from './tar.js';

/** Name of the entry that makes a tar of images a bundle; engines ignore it. */
export const MANIFEST_ENTRY = 'fortress.json';

/** Far more than any manifest has. */
const LARGEST_MANIFEST = 1_000_000;

export interface Bundle {
  manifest: BundleManifest;
  /** The tar as a whole, as engines load it; an error of ours at its end when it is not complete. */
  tar: AsyncIterable<Buffer>;
}

export interface Reading {
  /** How people know the bundle. */
  file: string;
  /** To be aborted when nobody wants the rest any more, or when it is refused: it ends all that reads. */
  signal: AbortSignal;
}

/**
 * Reads the beginning of a bundle, whatever its name says.
 * @throws FortressError (exit 2) when it is none, or damaged
 */
export async function openBundle(bytes: AsyncIterable<Buffer>, reading: Reading): Promise<Bundle> {
  const { file } = reading;
  const raw = await lookAhead(bytes, MAGIC_SIZE);
  if (raw.head.length < MAGIC_SIZE) throw noBundle(file, raw.head.length === 0 ? 'it is empty' : 'it is too short');
  const plain = await decompress(detectCompression(raw.head), raw.all, reading);
  const { head, all } = await lookAhead(explained(plain, reading), HEADER_SIZE);
  const entry = firstEntry(head);
  if (entry === null) throw noBundle(file, 'it is no tar, nor one that was compressed with gzip or zstd');
  if (entry.name !== MANIFEST_ENTRY || entry.size > LARGEST_MANIFEST) {
    throw noBundle(file, `it is a tar that does not begin with ${MANIFEST_ENTRY}`);
  }
  const end = HEADER_SIZE + entry.size;
  const begun = await lookAhead(all, end);
  if (begun.head.length < end) throw damagedBundle(file, 'it ends early');
  const manifest = parseManifest(begun.head.toString('utf8', HEADER_SIZE, end), file);
  return { manifest, tar: explained(wholeTar(begun.all), reading) };
}

const noBundle = (file: string, why: string): FortressError =>
  unsuitableBundle(`${file} is not a bundle of images`, {
    why,
    hint: 'give a file that `fortress images save` wrote; what `docker save` wrote is for `docker load`',
  });

/** Says what is wrong with a file whose bytes cannot be read or understood. */
async function* explained(bytes: AsyncIterable<Buffer>, { file, signal }: Reading): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof FortressError ? error : damagedBundle(file, plainWords(error), error);
  }
}

/** A program's own lines rather than how it was called. */
function plainWords(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr ?? '').trim() : '';
  return stderr || messageOf(error).split('\n', 1)[0] || 'it cannot be read';
}

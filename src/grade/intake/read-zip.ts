import { text } from 'node:stream/consumers';
import { openPromise, type Entry as ZipEntry, type ZipFile } from 'yauzl';
import { FortressError, messageOf } from '../../errors.js';
import type { Entry } from './guard.js';
import type { UnpackOptions } from './read-tar.js';
import { refusal, refuseEntry } from './refusal.js';

/** A longer target is none. */
const LONGEST_TARGET = 4096;
/** Bytes of a local header before its name. */
const LOCAL_HEADER = 30;

/**
 * Unpacks a zip. What the central directory declares is what is judged, and the content must agree with it.
 * @throws FortressError (exit 2) for a hostile, encrypted or corrupt archive
 */
export async function readZip(file: string, options: UnpackOptions): Promise<void> {
  let current = '';
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: true });
    requireFew(zip, options);
    const entries = await readDirectory(zip);
    requireApart(entries);
    for (const entry of entries) {
      options.signal.throwIfAborted();
      current = entry.fileName;
      await unpack(zip, entry, options);
    }
    await options.writer.finish();
  } catch (error) {
    if (error instanceof FortressError) throw error;
    options.signal.throwIfAborted();
    throw refusal(
      `${file} cannot be unpacked`,
      `${messageOf(error)}${current === '' ? '' : `, at "${current}"`}`,
      'Pack the submission again, as .zip or .tar.gz',
    );
  } finally {
    zip?.close();
  }
}

function requireFew({ entryCount }: ZipFile, { limits }: UnpackOptions): void {
  if (entryCount > limits.entries)
    throw refusal('the submission was refused', `${entryCount} entries; at most ${limits.entries}`);
}

async function readDirectory(zip: ZipFile): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

/** Two entries that share compressed bytes are how a small archive unpacks to a huge one. */
function requireApart(entries: ZipEntry[]): void {
  const ordered = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const { fileName, relativeOffsetOfLocalHeader: start, fileNameLength, compressedSize } of ordered) {
    if (start < end) throw refuseEntry(fileName, 'its bytes overlap those of another entry');
    end = start + LOCAL_HEADER + fileNameLength + compressedSize;
  }
}

async function unpack(zip: ZipFile, entry: ZipEntry, { guard, writer, limits, signal }: UnpackOptions): Promise<void> {
  const { fileName, uncompressedSize, compressedSize } = entry;
  if (entry.isEncrypted()) throw refuseEntry(fileName, 'it is encrypted');
  if (uncompressedSize > Math.max(limits.ratioFrom, compressedSize * limits.ratio))
    throw refuseEntry(fileName, `${compressedSize} packed bytes unpack to ${uncompressedSize}: a bomb`);
  const kind = kindOf(entry);
  if (kind === 'link' && uncompressedSize > LONGEST_TARGET)
    throw refuseEntry(fileName, 'the target of this link is too long');
  const target = kind === 'link' ? { target: await text(await zip.openReadStreamPromise(entry)) } : {};
  const executable = (modeOf(entry) & 0o111) !== 0;
  const admitted = guard.admit({ name: fileName, kind, size: uncompressedSize, executable, ...target });
  if (admitted) await writer.write(admitted, () => zip.openReadStreamPromise(entry), signal);
}

/** Upper half of the attributes where a Unix made the archive; 0 else. */
const modeOf = ({ externalFileAttributes }: ZipEntry): number => externalFileAttributes >>> 16;

const FORMAT_MASK = 0o170_000;
const KINDS: Record<number, Entry['kind']> = { 0: 'file', 0o100_000: 'file', 0o040_000: 'folder', 0o120_000: 'link' };

function kindOf(entry: ZipEntry): Entry['kind'] {
  const kind = KINDS[modeOf(entry) & FORMAT_MASK];
  if (kind === undefined)
    throw refuseEntry(entry.fileName, 'it is a device, pipe or socket; only files, folders and links are taken');
  return entry.fileName.endsWith('/') && kind === 'file' ? 'folder' : kind;
}

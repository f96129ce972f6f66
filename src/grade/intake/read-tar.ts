import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract, type Header } from 'tar-stream';
import { FortressError, messageOf } from '../../errors.js';
import type { Entry, Guard } from './guard.js';
import type { Limits } from './limits.js';
import { refusal, refuseEntry } from './refusal.js';
import type { TreeWriter } from './tree-writer.js';

export interface UnpackOptions {
  guard: Guard;
  writer: TreeWriter;
  limits: Limits;
  signal: AbortSignal;
}

/**
 * Unpacks a tar, by way of gunzip if asked to.
 * @throws FortressError (exit 2) for a hostile or corrupt archive
 */
export async function readTar(file: string, gzipped: boolean, options: UnpackOptions): Promise<void> {
  const reader = extract();
  const progress = { entry: '' };
  const meter = meterOf((await stat(file)).size, progress, options.limits);
  const steps = [createReadStream(file), ...(gzipped ? [createGunzip()] : []), meter, reader];
  // The content of an entry does not end by itself when the archive breaks off in the midst of it.
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  // Both at once: when one fails the other does too, and the refusal tells more than the broken pipe.
  const outcomes = await Promise.allSettled([
    writeEntries(reader, progress, { ...options, signal }),
    pipeline(steps as [Readable, Transform], { signal: options.signal }).catch((error: unknown) => {
      broken.abort();
      throw error;
    }),
  ]);
  options.signal.throwIfAborted();
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  const [error] = [...errors.filter((each) => each instanceof FortressError), ...errors.toReversed()];
  if (error instanceof FortressError) throw error;
  if (error !== undefined) throw corrupt(file, progress.entry, error);
}

async function writeEntries(
  reader: Extract,
  progress: { entry: string },
  { guard, writer, signal }: UnpackOptions,
): Promise<void> {
  for await (const entry of reader) {
    progress.entry = entry.header.name;
    const admitted = guard.admit(describe(entry.header));
    if (admitted) await writer.write(admitted, () => entry as unknown as Readable, signal);
    if (admitted?.kind !== 'file') entry.resume();
  }
  await writer.finish();
}

const KINDS: Record<string, Entry['kind']> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'link',
  link: 'hardlink',
};

function describe({ name, type, size, linkname, mode }: Header): Entry {
  const kind = KINDS[type ?? 'file'];
  if (kind === undefined) throw refuseEntry(name, `it is a ${type}; only files, folders and links are taken`);
  return {
    name,
    kind,
    size: kind === 'file' ? (size ?? 0) : 0,
    executable: ((mode ?? 0) & 0o111) !== 0,
    ...(linkname == null ? {} : { target: linkname }),
  };
}

/** Counts what comes out of the decompressor, headers included: an archive of nothing but headers is a bomb too. */
function meterOf(packedBytes: number, progress: { entry: string }, { bytes, ratio, ratioFrom }: Limits): Transform {
  const most = Math.min(bytes, Math.max(ratioFrom, packedBytes * ratio));
  let total = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      total += chunk.length;
      if (total <= most) return done(null, chunk);
      done(refuseEntry(progress.entry, `here ${packedBytes} packed bytes unpack to more than ${most}: a bomb`));
    },
  });
}

const corrupt = (file: string, entry: string, error: unknown): FortressError =>
  refusal(
    `${file} cannot be unpacked`,
    `${messageOf(error)}${entry === '' ? '' : `, after "${entry}"`}`,
    'Pack the submission again, as .zip or .tar.gz',
  );

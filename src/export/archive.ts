import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { ZipFile } from 'yazl';
import { messageOf, operationError, usageError } from '../errors.js';
import type { Exported } from './exported.js';

const MODE = 0o644;

type Format = (exported: Exported) => Readable;

/** By the ending of the archive's name. */
const FORMATS: Record<string, Format> = {
  '.zip': zip,
  '.tar.gz': tarball,
  '.tgz': tarball,
};

/**
 * How an archive of a name is packed.
 * @throws FortressError (exit 2) when the name has none of the endings that say what an archive is
 */
export function formatNamed(path: string): Format {
  const [, format] = Object.entries(FORMATS).find(([ending]) => path.endsWith(ending)) ?? [];
  if (format) return format;
  throw usageError(`--archive: found "${path}"; expected a name that ends in ${Object.keys(FORMATS).join(', ')}`);
}

/**
 * Packs an export; unpacked, it is the same tree. It appears under its name when it is whole.
 * @throws FortressError: exit 2 for another ending; exit 1 when it cannot be written
 */
export async function writeArchive(path: string, exported: Exported): Promise<void> {
  const write = formatNamed(path);
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await pipeline(write(exported), createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw operationError('EXPORT', `the archive ${path} could not be written`, {
      why: messageOf(error),
      hint: 'name a file in a folder that exists and that you may write to',
      cause: error,
    });
  }
}

/** Without times: the same export is the same archive. */
const MTIME = new Date(1980, 0, 1);

function zip({ files, folders = {} }: Exported): Readable {
  const archive = new ZipFile();
  for (const [path, mode] of Object.entries(folders))
    archive.addEmptyDirectory(path, { mode: 0o040000 | mode, mtime: MTIME });
  for (const { path, content, mode = MODE } of files)
    archive.addBuffer(Buffer.from(content), path, { mode: 0o100000 | mode, mtime: MTIME });
  archive.end();
  return archive.outputStream as Readable;
}

function tarball({ files, folders = {} }: Exported): Readable {
  const archive = pack();
  for (const [path, mode] of Object.entries(folders))
    archive.entry({ name: path, type: 'directory', mode, mtime: MTIME });
  for (const { path, content, mode = MODE } of files)
    archive.entry({ name: path, mode, mtime: MTIME }, Buffer.from(content));
  archive.finalize();
  return archive.pipe(createGzip());
}

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

/** It holds what folders in the tree keep from others: private keys, hashes of passwords. */
const ARCHIVE_MODE = 0o600;

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
    await pipeline(write(exported), createWriteStream(unfinished, { mode: ARCHIVE_MODE, flags: 'wx' }));
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

/** Without times: the same export is the same archive, in every time zone. Zip knows local time. */
const zipTime = (): { mtime: Date; forceDosTimestamp: boolean } => ({
  mtime: new Date(1981, 0, 1),
  forceDosTimestamp: true,
});
const TAR_TIME = { mtime: new Date(0) };

function zip({ files, folders = {} }: Exported): Readable {
  const archive = new ZipFile();
  const time = zipTime();
  for (const [path, mode] of Object.entries(folders))
    archive.addEmptyDirectory(path, { mode: 0o040000 | mode, ...time });
  for (const { path, content, mode = MODE, link } of files) {
    if (link === undefined) archive.addBuffer(Buffer.from(content), path, { mode: 0o100000 | mode, ...time });
    else archive.addBuffer(Buffer.from(link), path, { mode: 0o120777, ...time });
  }
  archive.end();
  return archive.outputStream as Readable;
}

function tarball({ files, folders = {} }: Exported): Readable {
  const archive = pack();
  for (const [path, mode] of Object.entries(folders))
    archive.entry({ name: path, type: 'directory', mode, ...TAR_TIME });
  for (const { path, content, mode = MODE, link } of files) {
    if (link === undefined) archive.entry({ name: path, mode, ...TAR_TIME }, Buffer.from(content));
    else archive.entry({ name: path, type: 'symlink', linkname: link, ...TAR_TIME });
  }
  archive.finalize();
  return archive.pipe(createGzip());
}

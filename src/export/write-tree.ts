import { chmod, lstat, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { messageOf, operationError, usageError } from '../errors.js';
import type { Exported, ExportedFile } from './exported.js';

const MODE = 0o644;

/**
 * Writes an export into a folder, which is made where it does not exist.
 * @param force write beside and over what is there
 * @throws FortressError: exit 2 when the folder holds something already; exit 1 when it cannot be written
 */
export async function writeTree(folder: string, { files, folders = {} }: Exported, force: boolean): Promise<void> {
  const present = await entriesOf(folder);
  if (present.length > 0 && !force) {
    throw usageError(`${folder} is not empty: it holds ${some(present)}`, {
      hint: 'name another folder, or overwrite with --force',
    });
  }
  try {
    for (const [path, mode] of Object.entries(folders)) {
      await makeFolder(folder, path);
      await chmod(join(folder, path), mode);
    }
    for (const file of files) {
      await makeFolder(folder, posix.dirname(file.path));
      await write(join(folder, file.path), file);
    }
  } catch (error) {
    throw operationError('EXPORT', `the export could not be written to ${folder}`, {
      why: messageOf(error),
      hint: 'name a folder that you may write to',
      cause: error,
    });
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw usageError(`${folder} cannot be looked into`, { why: messageOf(error), hint: 'name a folder' });
  }
}

const some = (names: string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

/** Links that are there already lead somewhere else: nothing is written through them. */
async function makeFolder(root: string, path: string): Promise<void> {
  await mkdir(root, { recursive: true });
  let folder = root;
  for (const name of path === '.' ? [] : path.split('/')) {
    folder = join(folder, name);
    const present = await lstat(folder).catch(() => null);
    if (present?.isSymbolicLink()) throw new Error(`${folder} is a symbolic link`);
    if (!present) await mkdir(folder);
  }
}

/**
 * Takes the place of what was there, be it a link or a file that others have open. The mode is set as well, whatever
 * the process's mask is.
 */
async function write(path: string, { content, mode = MODE, link }: ExportedFile): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    if (link === undefined) {
      await writeFile(unfinished, content, { mode, flag: 'wx' });
      await chmod(unfinished, mode);
    } else await symlink(link, unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

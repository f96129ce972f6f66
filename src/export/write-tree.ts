import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
      await mkdir(join(folder, path), { recursive: true });
      await chmod(join(folder, path), mode);
    }
    for (const file of files) await write(join(folder, file.path), file);
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

/** The mode is set as well where a file was there before, and whatever the process's mask is. */
async function write(path: string, { content, mode = MODE }: ExportedFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
  await chmod(path, mode);
}

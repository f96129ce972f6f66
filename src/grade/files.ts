import { constants, lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { leadsOut } from './leads-out.js';

/** A longer text is not one that is judged. */
const LONGEST_TEXT = 2 * 1024 ** 2;

/** Every file and link below a folder, relative to it, in order; `.git` is left out. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      if (entry.name === '.git') return [];
      if (!entry.isDirectory()) return [entry.name];
      return (await listFiles(join(folder, entry.name))).map((name) => `${entry.name}/${name}`);
    }),
  );
  return nested.flat().toSorted();
}

/** A pipe that nobody writes into must not keep us waiting, and a link is resolved before, not here. */
const PLAINLY = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * The text of a file of a submission; null when it is not there, no file, too long, or a link leads out of
 * the folder.
 */
export async function readText(folder: string, name: string): Promise<string | null> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, name));
    return leadsOut(relative(root, path)) ? null : await readPlainFile(path);
  } catch {
    return null;
  }
}

async function readPlainFile(path: string): Promise<string | null> {
  const handle = await open(path, PLAINLY);
  try {
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= LONGEST_TEXT ? await handle.readFile('utf8') : null;
  } finally {
    await handle.close();
  }
}

export const isFolder = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => null))?.isDirectory() ?? false;

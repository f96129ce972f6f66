import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

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

/** The text of a file of a submission; null when it is not there, no file, or too long. */
export async function readText(folder: string, name: string): Promise<string | null> {
  try {
    const { size } = await stat(join(folder, name));
    return size > LONGEST_TEXT ? null : await readFile(join(folder, name), 'utf8');
  } catch {
    return null;
  }
}

export const isFolder = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => null))?.isDirectory() ?? false;

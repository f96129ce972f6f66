import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Reading a configuration keeps its translation; that is all that a command which changes nothing may write. */
const CACHE = join('.fortress', 'translations');

/** Every file and folder below a folder with its mode, time and content, a line for each. */
export async function folderState(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { recursive: true })).filter((path) => !path.startsWith(CACHE));
  const lines = entries.map(async (path) => {
    const file = join(folder, path);
    const { mode, mtimeMs } = await lstat(file);
    const content = await readFile(file).catch(() => '');
    return `${path} ${permissions(mode)} ${mtimeMs} ${createHash('sha256').update(content).digest('hex')}`;
  });
  return (await Promise.all(lines)).toSorted();
}

/** `600` of a file's mode. */
export const permissions = (mode: number): string => (mode & 0o777).toString(8);

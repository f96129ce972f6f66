import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Tells of paths in a folder whether they are one of some files and folders, by whichever links these are named.
 * @param never absolute paths; they need not exist
 */
export function leftOut(folder: string, never: string[]): (path: string) => boolean {
  const real = realPath(folder);
  const known = new Set(never.flatMap((path) => [realPath(path), join(realPath(dirname(path)), basename(path))]));
  return (path) => known.has(join(real, path));
}

/** The path without links; of what does not exist, its own in a folder that does. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}

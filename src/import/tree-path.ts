import { posix } from 'node:path';

/**
 * A path of the project as its files are named, e.g. `src/api/v1`; `''` for the project's folder itself, null
 * where it leads out of it. Pure.
 * @param base folder in the project that the path is relative to
 */
export function treePath(base: string, path: string): string | null {
  if (path.startsWith('/') || path.startsWith('~') || /^[a-z]:/i.test(path)) return null;
  const joined = posix.normalize(posix.join(base, path.replaceAll('\\', '/'))).replace(/\/$/, '');
  if (joined === '..' || joined.startsWith('../')) return null;
  return joined === '.' ? '' : joined;
}

/** Whether a file lies in a folder of the project (`''`: all of it), or is it. Pure. */
export const liesIn = (name: string, folder: string): boolean =>
  folder === '' || name === folder || name.startsWith(`${folder}/`);

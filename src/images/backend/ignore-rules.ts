import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import dockerIgnore from '@balena/dockerignore';
import { reading } from './reading.js';

/** What a `.dockerignore` says; all paths are relative to the folder of a build. */
export interface IgnoreRules {
  ignores(path: string): boolean;
  /** Whether something in an ignored folder may belong to the build nevertheless. */
  mayTakeBackFrom(folder: string): boolean;
}

const IGNORE_FILE = '.dockerignore';

/**
 * @param dockerfile path in the folder; never ignored, and may have rules of its own beside it
 * @throws FortressError (exit 2) where the rules cannot be read
 */
export function ignoreRules(key: string, folder: string, dockerfile: string): IgnoreRules {
  const text =
    readIfThere(key, join(folder, `${dockerfile}${IGNORE_FILE}`)) ?? readIfThere(key, join(folder, IGNORE_FILE)) ?? '';
  const rules = dockerIgnore.default({ ignorecase: false }).add(text);
  const takenBack = [dockerfile, ...exceptions(text)].map(literalBeginning);
  return {
    ignores: (path) => path !== dockerfile && rules.ignores(path),
    mayTakeBackFrom: (path) =>
      takenBack.some((beginning) => beginning.startsWith(`${path}/`) || `${path}/`.startsWith(beginning)),
  };
}

/** Patterns of `!` rules. */
const exceptions = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.trim().startsWith('!') ? [line.trim().slice(1).trim()] : []));

/** What all paths that a pattern matches begin with. */
const literalBeginning = (pattern: string): string =>
  posix
    .normalize(pattern)
    .replace(/^\//, '')
    .replace(/[*?[\\].*$/s, '');

function readIfThere(key: string, file: string): string | null {
  return reading(key, file, () => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  });
}

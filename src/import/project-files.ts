import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { configError, messageOf, usageError } from '../errors.js';
import { readText } from '../grade/files.js';
import { LIMITS } from '../grade/intake/limits.js';

/** A project as it was read: nothing is asked of the disk after this. */
export interface ProjectFiles {
  /** Absolute. */
  folder: string;
  /** Every file, relative with `/`, in order. */
  names: readonly string[];
  /** What those files hold that say how the project is run. */
  texts: ReadonlyMap<string, string>;
}

/** What others wrote: packages, histories, and fortress's own state. */
const LEFT_OUT = new Set([
  '.git',
  '.fortress',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
]);

/** Names of files that say how a project is run. */
const TELLING = [
  /\.(?:ya?ml|conf|template|crt|cer|pem|key|py|md|sh)$/i,
  /^(?:makefile|\.env)$/i,
  /dockerfile/i,
  /htpasswd/i,
  // The gateway's, which fortress writes itself.
  /^(?:logins|metrics)\.js$/,
];

/** Of all texts together; far above any honest project. */
const MOST_BYTES = 16 * 1024 ** 2;

/**
 * Reads a project; links are followed only inside of it.
 * @throws FortressError (exit 2) when it is no folder, cannot be read or is larger than any project
 */
export async function readProjectFiles(folder: string): Promise<ProjectFiles> {
  await requireFolder(folder);
  const names = (await namesBelow(folder, '', 0)).toSorted();
  if (names.length > LIMITS.entries) throw tooLarge(folder);
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const name of names.filter(isTelling)) {
    const text = await readText(folder, name);
    if (text === null) continue;
    bytes += text.length;
    if (bytes > MOST_BYTES) throw tooLarge(folder);
    texts.set(name, text);
  }
  return { folder, names, texts };
}

async function requireFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch((error: unknown) => {
    throw usageError(`--from: found "${folder}", which cannot be read`, { why: messageOf(error) });
  });
  if (stats.isDirectory()) return;
  throw usageError(`--from: found "${folder}", which is no folder`, {
    hint: 'name the folder that holds docker-compose.yml',
  });
}

const isTelling = (name: string): boolean => {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return TELLING.some((pattern) => pattern.test(last));
};

async function namesBelow(folder: string, below: string, depth: number): Promise<string[]> {
  if (depth > LIMITS.depth) throw tooLarge(folder);
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  if (entries.length > LIMITS.entries) throw tooLarge(folder);
  const names: string[] = [];
  for (const entry of entries) {
    if (LEFT_OUT.has(entry.name)) continue;
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await namesBelow(folder, name, depth + 1)));
    else if (entry.isFile() || entry.isSymbolicLink()) names.push(name);
    if (names.length > LIMITS.entries) throw tooLarge(folder);
  }
  return names;
}

const tooLarge = (folder: string): Error =>
  configError(`--from: found "${folder}", which is larger than any project that could be read`, {
    why: `at most ${LIMITS.entries} files, ${LIMITS.depth} folders deep, and ${MOST_BYTES / 1024 ** 2} MiB of texts are read`,
    hint: 'name the folder that holds docker-compose.yml',
  });

import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors.js';
import type { AdmittedEntry, Entry } from './guard.js';
import type { UnpackOptions } from './read-tar.js';
import { refuseEntry } from './refusal.js';

/** What nobody hands in and nothing is built from, and what would only be copied for nothing. */
const LEFT_OUT = new Set([
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
]);

/**
 * Copies a folder, so that nothing that runs can write into the original.
 * @throws FortressError (exit 2) for links that lead out, devices, what cannot be read and more than the limits allow
 */
export async function readFolder(folder: string, options: UnpackOptions): Promise<void> {
  await copyBelow(folder, '', options);
  await options.writer.finish();
}

async function copyBelow(folder: string, below: string, options: UnpackOptions): Promise<void> {
  const children = await orRefuse(below || folder, readdir(join(folder, below)));
  for (const child of children.toSorted()) {
    options.signal.throwIfAborted();
    if (LEFT_OUT.has(child)) continue;
    const name = below === '' ? child : `${below}/${child}`;
    const admitted = await orRefuse(name, copyOne(folder, name, options));
    if (admitted?.kind === 'folder') await copyBelow(folder, name, options);
  }
}

async function copyOne(folder: string, name: string, options: UnpackOptions): Promise<AdmittedEntry | null> {
  const source = join(folder, name);
  const entry = await describe(source, name);
  const admitted = options.guard.admit(entry);
  if (admitted) await options.writer.write(admitted, () => createReadStream(source), options.signal);
  return admitted;
}

/** What cannot be read belongs to root or to a container; any other error is not about the submission. */
async function orRefuse<T>(name: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw refuseEntry(name, `it cannot be read: ${messageOf(error)}`, HOW_TO_READ);
  }
}

const HOW_TO_READ =
  'What containers wrote is no part of a submission: hand in a copy without it. What is one: sudo chown -R "$USER" FOLDER';

async function describe(source: string, name: string): Promise<Entry> {
  const stats = await lstat(source);
  if (stats.isSymbolicLink()) return { name, kind: 'link', size: 0, target: await readlink(source) };
  if (stats.isDirectory()) return { name, kind: 'folder', size: 0 };
  if (stats.isFile()) return { name, kind: 'file', size: stats.size, executable: (stats.mode & 0o111) !== 0 };
  throw refuseEntry(name, 'it is a device, pipe or socket; only files, folders and links are taken');
}

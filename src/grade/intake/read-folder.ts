import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from './guard.js';
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
 * @throws FortressError (exit 2) for links that lead out, devices and more than the limits allow
 */
export async function readFolder(folder: string, options: UnpackOptions): Promise<void> {
  await copyBelow(folder, '', options);
  await options.writer.finish();
}

async function copyBelow(folder: string, below: string, options: UnpackOptions): Promise<void> {
  for (const child of (await readdir(join(folder, below))).toSorted()) {
    options.signal.throwIfAborted();
    if (LEFT_OUT.has(child)) continue;
    const name = below === '' ? child : `${below}/${child}`;
    const source = join(folder, name);
    const admitted = options.guard.admit(await describe(source, name));
    if (!admitted) continue;
    await options.writer.write(admitted, () => createReadStream(source), options.signal);
    if (admitted.kind === 'folder') await copyBelow(folder, name, options);
  }
}

async function describe(source: string, name: string): Promise<Entry> {
  const stats = await lstat(source);
  if (stats.isSymbolicLink()) return { name, kind: 'link', size: 0, target: await readlink(source) };
  if (stats.isDirectory()) return { name, kind: 'folder', size: 0 };
  if (stats.isFile()) return { name, kind: 'file', size: stats.size, executable: (stats.mode & 0o111) !== 0 };
  throw refuseEntry(name, 'it is a device, pipe or socket; only files, folders and links are taken');
}

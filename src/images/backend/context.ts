import { createHash, type Hash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { ignoreRules, type IgnoreRules } from './ignore-rules.js';
import { leftOut } from './left-out.js';
import { reading } from './reading.js';

/** What is sent to the engine to build an image from, in a fixed order. */
export interface BuildContext {
  /** Where the configuration names it: `apis.v1.build`. */
  key: string;
  folder: string;
  entries: ContextEntry[];
}

export type ContextEntry = { path: string } & (
  | { kind: 'folder' }
  /** `size`: bytes. */
  | { kind: 'file'; executable: boolean; size: number }
  /** `to`: as it is written, wherever that leads in the image. */
  | { kind: 'link'; to: string }
);

/** Bytes that are read at a time; a file may be larger than what fits into memory. */
const CHUNK = 1024 ** 2;

export interface ContextOptions {
  key: string;
  /** Path in the folder; always belongs to it. */
  dockerfile: string;
  /** Absolute paths of files and folders that never belong to it: what holds secrets. */
  never: string[];
}

/**
 * Finds what belongs to a build: all files and folders of a folder but those that its `.dockerignore` names.
 * @throws FortressError (exit 2) naming what cannot be read
 */
export function readContext(folder: string, { key, dockerfile, never }: ContextOptions): BuildContext {
  const rules = ignoreRules(key, folder, dockerfile);
  const walk: Walk = { key, folder, rules, isLeftOut: leftOut(folder, never) };
  return { key, folder, entries: entriesIn(walk, '').toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

interface Walk {
  key: string;
  folder: string;
  rules: IgnoreRules;
  isLeftOut(path: string): boolean;
}

function entriesIn(walk: Walk, parent: string): ContextEntry[] {
  const folder = join(walk.folder, parent);
  return reading(walk.key, folder, () => readdirSync(folder, { withFileTypes: true })).flatMap((entry) => {
    const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
    return walk.isLeftOut(path) ? [] : entriesOf(walk, path, entry);
  });
}

/** A folder that is ignored is looked into only where a rule may take a file of it back. */
function entriesOf(walk: Walk, path: string, entry: Dirent): ContextEntry[] {
  const { rules } = walk;
  const isIgnored = rules.ignores(path);
  if (entry.isDirectory()) {
    const own: ContextEntry[] = isIgnored ? [] : [{ kind: 'folder', path }];
    return isIgnored && !rules.mayTakeBackFrom(path) ? own : [...own, ...entriesIn(walk, path)];
  }
  return isIgnored ? [] : reading(walk.key, join(walk.folder, path), () => leafOf(walk.folder, path, entry));
}

function leafOf(folder: string, path: string, entry: Dirent): ContextEntry[] {
  const file = join(folder, path);
  if (entry.isSymbolicLink()) return [{ kind: 'link', path, to: readlinkSync(file) }];
  // Sockets and pipes are no part of an image.
  if (!entry.isFile()) return [];
  const { mode, size } = lstatSync(file);
  return [{ kind: 'file', path, executable: (mode & 0o100) !== 0, size }];
}

/**
 * Another one whenever the image could be another one.
 * @throws FortressError (exit 2) naming what cannot be read
 */
export function hashContext({ key, folder, entries }: BuildContext): string {
  const hash = createHash('sha256');
  for (const entry of entries) {
    hash.update(`${JSON.stringify(entry)}\n`);
    if (entry.kind !== 'file') continue;
    const file = join(folder, entry.path);
    const content = createHash('sha256');
    reading(key, file, () => addContent(content, file));
    hash.update(content.digest());
  }
  return hash.digest('hex');
}

function addContent(hash: Hash, file: string): void {
  const chunk = Buffer.allocUnsafe(CHUNK);
  const descriptor = openSync(file, 'r');
  try {
    for (let read = 1; read > 0;) {
      read = readSync(descriptor, chunk);
      hash.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
}

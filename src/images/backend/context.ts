import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import dockerIgnore from '@balena/dockerignore';
import { pack } from 'tar-stream';

/** What is sent to the engine to build an image from, in a fixed order. */
export interface BuildContext {
  folder: string;
  entries: ContextEntry[];
}

type ContextEntry = { path: string } & (
  | { kind: 'file'; executable: boolean }
  /** `to`: as it is written, wherever that leads in the image. */
  | { kind: 'link'; to: string }
);

const IGNORE_FILE = '.dockerignore';

/**
 * Finds what belongs to a build: all files of a folder but those that its `.dockerignore` names, and never what is in
 * a project's state folder, which holds its secrets.
 * @param dockerfile path in the folder; always belongs to it
 * @param stateDir absolute path
 * @throws the file system's error
 */
export function readContext(folder: string, dockerfile: string, stateDir: string): BuildContext {
  const isIgnored = ignoreRules(folder, dockerfile);
  const entries = walk(folder, '', stateDir, isIgnored).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { folder, entries };
}

function ignoreRules(folder: string, dockerfile: string): (path: string) => boolean {
  const text = readIfThere(join(folder, `${dockerfile}${IGNORE_FILE}`)) ?? readIfThere(join(folder, IGNORE_FILE));
  if (text === null) return () => false;
  const rules = dockerIgnore.default().add(text);
  return (path) => path !== dockerfile && rules.ignores(path);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A folder that is ignored is still looked into: a later rule may take a file of it back. */
function walk(folder: string, parent: string, stateDir: string, isIgnored: (path: string) => boolean): ContextEntry[] {
  return readdirSync(join(folder, parent), { withFileTypes: true }).flatMap((entry): ContextEntry[] => {
    const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
    if (entry.isDirectory()) return join(folder, path) === stateDir ? [] : walk(folder, path, stateDir, isIgnored);
    return isIgnored(path) ? [] : entryOf(folder, path, entry);
  });
}

function entryOf(folder: string, path: string, entry: Dirent): ContextEntry[] {
  const file = join(folder, path);
  if (entry.isSymbolicLink()) return [{ kind: 'link', path, to: readlinkSync(file) }];
  // Sockets and pipes are no part of an image.
  return entry.isFile() ? [{ kind: 'file', path, executable: (lstatSync(file).mode & 0o100) !== 0 }] : [];
}

/** Another one whenever the image could be another one. */
export function hashContext({ folder, entries }: BuildContext): string {
  const hash = createHash('sha256');
  for (const entry of entries) {
    hash.update(`${JSON.stringify(entry)}\n`);
    if (entry.kind === 'file')
      hash.update(
        createHash('sha256')
          .update(readFileSync(join(folder, entry.path)))
          .digest(),
      );
  }
  return hash.digest('hex');
}

/** A tar of it: readable for all, owned by root, without times, so that the engine finds in its cache what it has. */
export function packBuildContext({ folder, entries }: BuildContext): Readable {
  const archive = pack();
  const mtime = new Date(0);
  for (const entry of entries) {
    if (entry.kind === 'link') archive.entry({ name: entry.path, type: 'symlink', linkname: entry.to, mtime });
    else
      archive.entry(
        { name: entry.path, mode: entry.executable ? 0o755 : 0o644, mtime },
        readFileSync(join(folder, entry.path)),
      );
  }
  archive.finalize();
  return Readable.from(archive);
}

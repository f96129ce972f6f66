import { requireInnerTarget, segmentsOf } from './entry-path.js';
import type { Limits } from './limits.js';
import { refusal, refuseEntry } from './refusal.js';

/** What an archive or a folder holds, as it says itself. */
export interface Entry {
  name: string;
  kind: 'file' | 'folder' | 'link' | 'hardlink';
  /** Bytes, as declared. */
  size: number;
  /** Of a link. */
  target?: string;
  executable?: boolean;
}

/** An entry that may be written. */
export interface AdmittedEntry extends Entry {
  /** Below the root, with `/`; never empty. */
  path: string;
}

export interface Guard {
  /**
   * @returns null for the root folder itself
   * @throws FortressError (exit 2) that names the entry and what is wrong with it
   */
  admit(entry: Entry): AdmittedEntry | null;
}

/**
 * Decides entry by entry whether it may be written below an empty folder. Pure but for what it has
 * admitted so far. Writers must make links last, so that nothing is ever written through one.
 */
export function createGuard(limits: Limits): Guard {
  const kinds = new Map<string, Entry['kind']>();
  let bytes = 0;
  let entries = 0;

  const place = (entry: Entry, segments: string[]): string => {
    for (let depth = 1; depth < segments.length; depth += 1) {
      const parent = keyOf(segments.slice(0, depth));
      const kind = kinds.get(parent);
      if (kind !== undefined && kind !== 'folder')
        throw refuseEntry(entry.name, `it lies beneath "${parent}", which is a ${WORDS[kind]}`);
      kinds.set(parent, 'folder');
    }
    const key = keyOf(segments);
    const before = kinds.get(key);
    if (before !== undefined && !(before === 'folder' && entry.kind === 'folder'))
      throw refuseEntry(entry.name, 'the same name is there twice');
    kinds.set(key, entry.kind);
    return segments.join('/');
  };

  /** Where the first name of a hard link's content is; what leads out cannot be among those admitted. */
  const earlierFile = ({ name, target = '' }: Entry): string => {
    const path = target.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (kinds.get(keyOf(path)) === 'file') return path.join('/');
    throw refuseEntry(name, `it is a hard link to "${target}", which is no earlier file of the archive`);
  };

  const count = ({ name, size }: Entry): void => {
    entries += 1;
    bytes += size;
    if (entries > limits.entries)
      throw refusal(`the submission was refused at "${name}"`, `more than ${limits.entries} entries`);
    if (size > limits.fileBytes) throw refuseEntry(name, `it has ${size} bytes; at most ${limits.fileBytes}`);
    if (bytes > limits.bytes)
      throw refuseEntry(name, `with it the submission has ${bytes} bytes; at most ${limits.bytes}`);
  };

  return {
    admit: (entry) => {
      count(entry);
      const segments = segmentsOf(entry.name, limits);
      if (segments.length === 0 && entry.kind === 'folder') return null;
      if (segments.length === 0) throw refuseEntry(entry.name, 'it has no name');
      if (entry.kind === 'link') requireInnerTarget(entry.name, segments, entry.target ?? '');
      const target = entry.kind === 'hardlink' ? { target: earlierFile(entry) } : {};
      return { ...entry, ...target, path: place(entry, segments) };
    },
  };
}

const WORDS = { file: 'file', folder: 'folder', link: 'link', hardlink: 'file' } as const;

/** Composed and decomposed letters are one name on some file systems. */
const keyOf = (segments: string[]): string => segments.join('/').normalize('NFC');

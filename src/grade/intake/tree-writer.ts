import { createWriteStream } from 'node:fs';
import { link, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AdmittedEntry } from './guard.js';

export interface TreeWriter {
  /**
   * @param open makes the content of a file, when somebody listens for its errors
   * @param signal aborted when no more content will come
   */
  write(entry: AdmittedEntry, open: () => Readable | Promise<Readable>, signal: AbortSignal): Promise<void>;
  /** Makes the links. */
  finish(): Promise<void>;
}

/** Writes admitted entries below a folder that was empty. Nothing is overwritten, and nothing written through a link. */
export function createTreeWriter(root: string): TreeWriter {
  const links: AdmittedEntry[] = [];
  return {
    write: async (entry, open, signal) => {
      const place = join(root, entry.path);
      await mkdir(entry.kind === 'folder' ? place : dirname(place), { recursive: true });
      if (entry.kind === 'link') links.push(entry);
      if (entry.kind === 'hardlink') await link(join(root, entry.target ?? ''), place);
      if (entry.kind === 'file') {
        // Owner, set-user-ID and the like are not taken over.
        const mode = entry.executable ? 0o755 : 0o644;
        await pipeline(await open(), createWriteStream(place, { flags: 'wx', mode }), { signal });
      }
    },
    finish: async () => {
      for (const { path, target } of links) await symlink(target ?? '', join(root, path));
    },
  };
}

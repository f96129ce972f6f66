import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import type { BuildContext, ContextEntry } from './context.js';

/** Without times, the engine finds in its cache what it has. */
const MTIME = new Date(0);

/**
 * A tar of a context: readable for all, owned by root, without times. Files are read as it is read, one by one; it
 * fails where one is not there any more, or is shorter than it was.
 */
export function packBuildContext(context: BuildContext): Readable {
  const archive = pack();
  void addEntries(archive, context).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  return Readable.from(archive);
}

async function addEntries(archive: Pack, { folder, entries }: BuildContext): Promise<void> {
  for (const entry of entries) await addEntry(archive, folder, entry);
}

async function addEntry(archive: Pack, folder: string, entry: ContextEntry): Promise<void> {
  const header = { name: entry.path, mtime: MTIME };
  if (entry.kind === 'link') archive.entry({ ...header, type: 'symlink', linkname: entry.to });
  else if (entry.kind === 'folder') archive.entry({ ...header, type: 'directory', mode: 0o755 });
  else {
    const { size } = entry;
    const sink = archive.entry({ ...header, mode: entry.executable ? 0o755 : 0o644, size });
    // What a file has got since is left: its header has its size. The last byte is named, and an empty file has none.
    const content = size === 0 ? Readable.from([]) : createReadStream(join(folder, entry.path), { end: size - 1 });
    await pipeline(content, sink);
  }
}

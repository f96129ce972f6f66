import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Extract } from 'tar-stream';
import type { ServiceFile } from '../../stack/stack.js';

/** Name of the file that says, by hash, which files a container runs with. */
export const MANIFEST = 'manifest.json';

export interface Owner {
  uid: number;
  gid: number;
}

/**
 * A tar of files for a container's configuration volume. Files belong to the container's user, who
 * may read but not write them; secrets are for that user alone.
 * @param folder folder inside the volume, e.g. `current`
 */
export async function packFiles(files: ServiceFile[], folder: string, owner: Owner): Promise<Buffer> {
  const archive = pack();
  for (const { path, content, secret } of files) {
    const data =
      typeof content === 'string' || Buffer.isBuffer(content) ? Buffer.from(content) : await readFile(content.source);
    archive.entry({ name: `${folder}/${path}`, mode: secret ? 0o400 : 0o444, ...owner, mtime: new Date(0) }, data);
  }
  archive.finalize();
  return buffer(archive);
}

/** A tar of one small text file. */
export async function packText(name: string, content: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, mode: 0o444 }, content);
  archive.finalize();
  return buffer(archive);
}

/** The files of a tar of `current`, as they would be staged: in `next`, with the same owners. */
export async function movedToNext(previous: Buffer): Promise<{ archive: Buffer; paths: string[] }> {
  const reader = extract();
  const archive = pack();
  const paths: string[] = [];
  const copy = async (): Promise<void> => {
    for await (const entry of reader) {
      const content = await buffer(entry);
      if (entry.header.type !== 'file') continue;
      const path = entry.header.name.replace(/^\/?current\//, '');
      paths.push(path);
      archive.entry({ ...entry.header, name: `next/${path}` }, content);
    }
  };
  await Promise.all([copy(), pipeline(Readable.from([previous]), reader)]);
  archive.finalize();
  return { archive: await buffer(archive), paths };
}

/** The content of the first file of a tar. Reads to the end: an unread rest would keep the connection open. */
export const unpackFirst = async (archive: NodeJS.ReadableStream): Promise<string | null> =>
  (await unpackTexts(archive))[0] ?? null;

/** The content of every file of a tar, in its order. */
export async function unpackTexts(archive: NodeJS.ReadableStream): Promise<string[]> {
  const reader = extract();
  // Both at once: when the archive breaks off, both fail, and neither may fail unheard.
  const [files] = await Promise.all([textsOf(reader), pipeline(archive, reader)]);
  return files;
}

async function textsOf(reader: Extract): Promise<string[]> {
  const texts: string[] = [];
  for await (const entry of reader) {
    const content = await buffer(entry);
    if (entry.header.type === 'file') texts.push(content.toString('utf8'));
  }
  return texts;
}

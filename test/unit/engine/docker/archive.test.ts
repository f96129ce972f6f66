import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packFiles, packText, unpackFirst } from '../../../../src/engine/docker/archive.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-archive-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function entriesOf(archive: Buffer): Promise<{ header: Header; content: Buffer }[]> {
  const reader = Readable.from([archive]).pipe(extract());
  const entries: { header: Header; content: Buffer }[] = [];
  for await (const entry of reader) entries.push({ header: entry.header, content: await buffer(entry) });
  return entries;
}

const OWNER = { uid: 101, gid: 102 };

test("files belong to the container's user, who may read them; secrets are for that user alone", async () => {
  const files = [
    { path: 'nginx.conf', content: 'events {}', hash: '', secret: false },
    { path: 'deep/er/key', content: 'schlüssel', hash: '', secret: true },
  ];
  const entries = await entriesOf(await packFiles(files, 'next', OWNER));
  expect(entries.map(({ header: { name, mode, uid, gid } }) => ({ name, mode: mode?.toString(8), uid, gid }))).toEqual([
    { name: 'next/nginx.conf', mode: '444', ...OWNER },
    { name: 'next/deep/er/key', mode: '400', ...OWNER },
  ]);
  expect(entries.map(({ content }) => content.toString())).toEqual(['events {}', 'schlüssel']);
});

test('a large binary file is read from where it lies, byte by byte the same', async () => {
  const source = join(folder, 'model.onnx');
  const content = randomBytes(3 * 1024 ** 2 + 7);
  await writeFile(source, content);
  const files = [{ path: 'model.onnx', content: { source }, hash: '', secret: false }];
  const [entry] = await entriesOf(await packFiles(files, 'current', OWNER));
  expect(entry?.content.equals(content)).toBe(true);
});

test('equal files give equal archives', async () => {
  const files = [{ path: 'a', content: 'a', hash: '', secret: false }];
  expect(await packFiles(files, 'current', OWNER)).toEqual(await packFiles(files, 'current', OWNER));
});

test('a missing source is an error', async () => {
  const files = [{ path: 'a', content: { source: join(folder, 'nowhere') }, hash: '', secret: false }];
  await expect(packFiles(files, 'current', OWNER)).rejects.toThrow('ENOENT');
});

test('the content of the first file comes out again, whatever else is in the archive', async () => {
  expect(await unpackFirst(Readable.from([await packText('manifest.json', '{"ä":1}')]))).toBe('{"ä":1}');
  const archive = pack();
  archive.entry({ name: 'folder', type: 'directory' });
  archive.entry({ name: 'folder/a' }, 'first');
  archive.entry({ name: 'folder/b' }, 'x'.repeat(200_000));
  archive.finalize();
  expect(await unpackFirst(Readable.from(archive))).toBe('first');
});

test('of no file there is no content, and of half an archive neither', async () => {
  const empty = pack();
  empty.finalize();
  expect(await unpackFirst(Readable.from(empty))).toBeNull();
  const whole = await packText('a', 'x'.repeat(5000));
  await expect(unpackFirst(Readable.from([whole.subarray(0, 2000)]))).rejects.toThrow('Unexpected end of data');
});

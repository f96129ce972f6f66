import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  assertRoom,
  bundleBytes,
  bundleFile,
  pourBundle,
  writeBundle,
} from '../../../../src/images/archive/write-bundle.js';
import { zstdMeans } from '../../../../src/images/archive/compression.js';
import { bundle, engineTar, inPieces, MANIFEST } from './bundle.js';
import { endlessZstd } from './endless-zstd.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-bundle-'));
});
afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();
const options = { force: false, signal };
const NEVER = { exitCode: 2, code: 'USAGE' };

it('writes a file whole, and says how large it is', async () => {
  const bytes = await bundle();
  const target = await bundleFile(join(folder, 'b.tar.gz'), { force: false });
  const size = await writeBundle(target, inPieces(bytes), options);
  const written = await readFile(target.path);
  expect(gunzipSync(written).equals(bytes)).toBe(true);
  expect(size).toBe(written.length);
  expect(await readdir(folder)).toEqual(['b.tar.gz']);
});

it('begins with what it says of itself and ends with all of the tar, and counts', async () => {
  const tar = await engineTar();
  const counts: number[] = [];
  const chunks: Buffer[] = [];
  for await (const chunk of bundleBytes(MANIFEST, inPieces(tar), (count) => counts.push(count))) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  expect(all.toString('utf8', 0, 13)).toBe('fortress.json');
  expect(all.subarray(-tar.length).equals(tar)).toBe(true);
  expect(counts.at(-1)).toBe(tar.length);
});

it('refuses a name, a folder, a file that is there', async () => {
  await writeFile(join(folder, 'b.tar'), 'mine');
  await mkdir(join(folder, 'd.tar'));
  await expect(bundleFile(join(folder, 'b.zip'), { force: true })).rejects.toMatchObject(NEVER);
  await expect(bundleFile(join(folder, 'no', 'b.tar'), { force: true })).rejects.toMatchObject(NEVER);
  await expect(bundleFile(join(folder, 'd.tar'), { force: true })).rejects.toMatchObject(NEVER);
  await expect(bundleFile(join(folder, 'b.tar'), { force: false })).rejects.toMatchObject({
    ...NEVER,
    hint: expect.stringContaining('--force') as string,
  });
  await expect(bundleFile(join(folder, 'b.tar'), { force: true })).resolves.toMatchObject({ compression: 'none' });
});

it('does not overwrite a file that came meanwhile, unless told to', async () => {
  const target = await bundleFile(join(folder, 'b.tar'), { force: false });
  await writeFile(target.path, 'mine');
  await expect(writeBundle(target, inPieces(await bundle()), options)).rejects.toMatchObject(NEVER);
  expect(await readFile(target.path, 'utf8')).toBe('mine');
  expect(await readdir(folder)).toEqual(['b.tar']);
  await writeBundle(target, inPieces(await bundle()), { force: true, signal });
  expect((await readFile(target.path)).equals(await bundle())).toBe(true);
});

it('leaves nothing of a tar that the engine broke off', async () => {
  const target = await bundleFile(join(folder, 'b.tar.gz'), { force: false });
  const broken = bundleBytes(MANIFEST, inPieces((await engineTar()).subarray(0, 5000)), () => undefined);
  await expect(writeBundle(target, broken, options)).rejects.toMatchObject({ code: 'IMAGE_SAVE', exitCode: 1 });
  expect(await readdir(folder)).toEqual([]);
});

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    yield Buffer.alloc(100);
    await sleep(5);
  }
}

it('leaves nothing when it is interrupted, and keeps what was there', async () => {
  const target = await bundleFile(join(folder, 'b.tar'), { force: true });
  await writeFile(target.path, 'before');
  const controller = new AbortController();
  const writing = writeBundle(target, endless(), { force: true, signal: controller.signal });
  await sleep(30);
  controller.abort();
  await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
  expect(await readdir(folder)).toEqual(['b.tar']);
  expect(await readFile(target.path, 'utf8')).toBe('before');
});

// Node's own zstd leaves no program behind.
it.skipIf(zstdMeans() === 'node' || process.platform === 'win32')(
  'leaves no program that compresses either',
  async () => {
    const { isRunning, hasEnded } = await endlessZstd('sleep 1000');
    const controller = new AbortController();
    const target = { path: join(folder, 'b.tar.zst'), compression: 'zstd' } as const;
    const writing = writeBundle(target, endless(), { force: false, signal: controller.signal });
    const ended = writing.catch((error: unknown) => error);
    await expect.poll(isRunning).toBe(true);
    controller.abort();
    expect(await ended).toMatchObject({ name: 'AbortError' });
    await expect.poll(hasEnded).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  },
);

it('says before it begins that a disk is too small', async () => {
  const target = await bundleFile(join(folder, 'b.tar'), { force: false });
  const huge = MANIFEST.images.map((image) => ({ ...image, size: 1e18 }));
  await expect(assertRoom(target, { ...MANIFEST, images: huge })).rejects.toMatchObject({ code: 'DISK_FULL' });
  await expect(assertRoom(target, MANIFEST)).resolves.toBeUndefined();
});

it('pours into a stream that stays open, and says when nobody takes it', async () => {
  const bytes = await bundle();
  const output = new PassThrough();
  const poured = buffer(output);
  await pourBundle(output, inPieces(bytes), signal);
  expect(output.writableEnded).toBe(false);
  output.end();
  expect((await poured).equals(bytes)).toBe(true);
  const closed = new PassThrough();
  closed.destroy();
  await expect(pourBundle(closed, inPieces(bytes), signal)).rejects.toMatchObject({ code: 'BUNDLE_NOT_WRITTEN' });
});

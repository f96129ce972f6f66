import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../../../src/images/archive/open-bundle.js';
import { bundle, engineTar, inPieces, MANIFEST } from './bundle.js';

const open = (bytes: Buffer, length?: number): ReturnType<typeof openBundle> =>
  openBundle(inPieces(bytes, length), { file: 'shop.tar', signal: new AbortController().signal });

it.each([1, 3, 511, 1000, 1_000_000])(
  'reads the manifest and leaves the tar whole, in pieces of %s',
  async (length) => {
    const bytes = await bundle();
    const { manifest, tar } = await open(bytes, length);
    expect(manifest).toEqual(MANIFEST);
    expect((await buffer(Readable.from(tar))).equals(bytes)).toBe(true);
  },
);

it('knows a compressed one by its first bytes', async () => {
  const bytes = await bundle();
  const { manifest, tar } = await open(gzipSync(bytes));
  expect(manifest).toEqual(MANIFEST);
  expect((await buffer(Readable.from(tar))).equals(bytes)).toBe(true);
});

describe('what is no bundle', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 'it is empty'],
    ['three bytes', Buffer.from('abc'), 'it is too short'],
    ['a text', Buffer.alloc(5000, 'text '), 'it is no tar'],
    ['a compressed text', gzipSync(Buffer.alloc(5000, 'text ')), 'it is no tar'],
    ['zeros', Buffer.alloc(10_240), 'it is no tar'],
  ])('is said of %s', async (_, bytes, why) => {
    await expect(open(bytes)).rejects.toMatchObject({
      code: 'BUNDLE_UNSUITABLE',
      exitCode: 2,
      message: 'shop.tar is not a bundle of images',
      why: expect.stringContaining(why) as string,
    });
  });

  it('is said of a tar of the engine alone, with what it is for', async () => {
    await expect(open(await engineTar())).rejects.toMatchObject({
      code: 'BUNDLE_UNSUITABLE',
      hint: expect.stringContaining('docker load') as string,
    });
  });
});

describe('what is damaged', () => {
  const DAMAGED = { code: 'BUNDLE_DAMAGED', exitCode: 2, message: 'shop.tar is damaged; nothing was loaded' };

  it('is told before it is read when the manifest is cut off', async () => {
    await expect(open((await bundle()).subarray(0, 700))).rejects.toMatchObject({ ...DAMAGED, why: 'it ends early' });
  });

  it('is told in the end when the tar is cut off', async () => {
    const { tar } = await open((await bundle()).subarray(0, 9000));
    await expect(buffer(Readable.from(tar))).rejects.toMatchObject(DAMAGED);
  });

  it('is told in the end when the compressed file is cut off', async () => {
    const { tar } = await open(gzipSync(await bundle(), { level: 0 }).subarray(0, 9000));
    await expect(buffer(Readable.from(tar))).rejects.toMatchObject({ ...DAMAGED, why: 'unexpected end of file' });
  });

  it('is told when compressed bytes have changed', async () => {
    const bytes = gzipSync(await bundle(), { level: 0 });
    bytes[5000] = (bytes[5000] ?? 0) ^ 0xff;
    const { tar } = await open(bytes);
    await expect(buffer(Readable.from(tar))).rejects.toMatchObject({ ...DAMAGED, why: 'incorrect data check' });
  });
});

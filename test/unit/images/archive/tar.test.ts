import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { firstEntry, packEntry, wholeTar } from '../../../../src/images/archive/tar.js';
import { engineTar, inPieces } from './bundle.js';

const through = (bytes: Buffer): Promise<Buffer> => buffer(Readable.from(wholeTar(inPieces(bytes))));

it('passes a whole tar on as it is', async () => {
  const tar = await engineTar();
  expect((await through(tar)).equals(tar)).toBe(true);
});

it('packs an entry that another tar can follow', async () => {
  const entry = await packEntry('fortress.json', '{ "é": 1 }');
  // A header and a content, and no end: engines stop there.
  expect(entry).toHaveLength(1024);
  expect(firstEntry(entry)).toEqual({ name: 'fortress.json', size: 11 });
  await expect(through(Buffer.concat([entry, await engineTar()]))).resolves.toBeDefined();
});

it.each([
  ['in the middle of a layer', 2000],
  ['in a header', 700 - 512],
])('throws for one that was cut off %s', async (_, length) => {
  await expect(through((await engineTar()).subarray(0, length))).rejects.toThrow('Unexpected end of data');
});

it('throws for one that was cut off between two entries', async () => {
  await expect(through(await engineTar(['layer.tar']))).rejects.toThrow('it ends before its manifest.json');
});

it("throws for an engine's complaint in the middle", async () => {
  const broken = Buffer.concat([(await engineTar()).subarray(0, 512 + 3072), Buffer.from('{"error":"x"}'.repeat(99))]);
  await expect(through(broken)).rejects.toThrow(/tar/);
});

async function* failing(): AsyncGenerator<Buffer> {
  yield (await engineTar()).subarray(0, 1000);
  throw new Error('read error');
}

it('throws what its source throws', async () => {
  await expect(buffer(Readable.from(wholeTar(failing())))).rejects.toThrow('read error');
});

it('finds no entry in what is no tar', () => {
  expect(firstEntry(Buffer.alloc(512, 'x'))).toBeNull();
  expect(firstEntry(Buffer.from('short'))).toBeNull();
});

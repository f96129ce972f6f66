import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { isSameImage, type EngineImage, type ImageArchive } from '../../../../src/images/archive/image-archive.js';
import { assertRunsOn, loadBundle } from '../../../../src/images/archive/load-bundle.js';
import { MANIFEST } from './bundle.js';

const BUNDLE = { manifest: MANIFEST, tar: Readable.from([Buffer.from('a tar')]) };
const context = { file: 'shop.tar', signal: new AbortController().signal };

/** An engine that then has what it is told to. */
const engine = (
  images: Record<string, EngineImage>,
  load: ImageArchive['load'] = async () => undefined,
): ImageArchive => ({
  find: async (reference) => images[reference] ?? null,
  save: async () => Readable.from([]),
  load,
});

const saved = (reference: string): EngineImage => {
  const found = MANIFEST.images.find((image) => image.reference === reference);
  if (!found) throw new Error(`the bundle has no ${reference}`);
  return found;
};
const nginx = saved('nginx:1');
const api = saved('api:1');

it('is content when the engine has each image as it was saved', async () => {
  let taken = '';
  const archive = engine({ 'nginx:1': nginx, 'api:1': api }, async (tar) => {
    taken = (await buffer(tar)).toString();
  });
  await loadBundle({ ...BUNDLE, tar: Readable.from([Buffer.from('a tar')]) }, archive, context);
  expect(taken).toBe('a tar');
});

it('knows an image again in an engine that numbers images otherwise', async () => {
  const other = engine({ 'nginx:1': { ...nginx, id: 'sha256:other' }, 'api:1': api });
  await expect(loadBundle(BUNDLE, other, context)).resolves.toBeUndefined();
});

it.each([
  ['lacks an image', { 'nginx:1': nginx }],
  ['has another one of this name', { 'nginx:1': nginx, 'api:1': { ...api, id: 'sha256:other', layers: ['sha256:c'] } }],
])('does not believe an engine that %s', async (_, images) => {
  await expect(loadBundle(BUNDLE, engine(images), context)).rejects.toMatchObject({
    code: 'IMAGE_LOAD',
    exitCode: 1,
    why: expect.stringContaining('api:1') as string,
  });
});

it('does not take two images for the same because neither has layers', () => {
  expect(isSameImage({ ...api, layers: [] }, { ...api, id: 'sha256:other', layers: [] })).toBe(false);
});

it("says what the engine said, in the engine's words", async () => {
  const full = engine({}, () => Promise.reject(new Error('no space left on device')));
  await expect(loadBundle(BUNDLE, full, context)).rejects.toMatchObject({
    code: 'IMAGE_LOAD',
    why: 'no space left on device',
  });
});

it('is for one architecture', () => {
  expect(() => assertRunsOn('amd64', MANIFEST, 'shop.tar')).not.toThrow();
  expect(() => assertRunsOn('arm64', MANIFEST, 'shop.tar')).toThrow(
    expect.objectContaining({ exitCode: 2, message: 'shop.tar is for linux/amd64; this engine runs linux/arm64' }),
  );
});

import { expect, it } from 'vitest';
import { assertLoaded, assertPortable, chooseLoaded, loadedSource } from '../../../../src/images/archive/loaded.js';
import type { ImageCatalog, ImageName } from '../../../../src/images/image-source.js';

const WANTED: ImageName[] = ['nginx', 'api', 'grafana'];

const catalog = (name: ImageCatalog['name']): ImageCatalog => ({
  name,
  nodeBase: 'node',
  pythonBase: 'python',
  reference: (image) =>
    name === 'debian' && image === 'grafana'
      ? { missing: 'no package' }
      : { reference: `${name}/${image}`, origin: 'an example' },
});

const official = catalog('registry');
const debian = catalog('debian');

const engine = (...present: string[]) => ({ exists: async (reference: string) => present.includes(reference) });
const choose = async (...present: string[]): Promise<string> =>
  (await chooseLoaded([official, debian], WANTED, engine(...present))).name;

it('takes those of which all were loaded, whatever there is of others', async () => {
  expect(await choose('debian/nginx', 'debian/api', 'registry/nginx', 'registry/api')).toBe('debian');
  expect(await choose('debian/nginx', 'debian/api', 'registry/nginx', 'registry/api', 'registry/grafana')).toBe(
    'registry',
  );
});

it('takes those of which most were loaded, or the preferred', async () => {
  expect(await choose('debian/nginx')).toBe('debian');
  expect(await choose('registry/nginx', 'debian/nginx')).toBe('registry');
  expect(await choose()).toBe('registry');
});

it('says what is missing, and gets nothing', async () => {
  await expect(assertLoaded(official, WANTED, engine('registry/nginx'))).rejects.toMatchObject({
    code: 'IMAGE_NOT_LOADED',
    exitCode: 3,
    message: 'the engine lacks 2 images: registry/api, registry/grafana',
    hint: expect.stringContaining('fortress images load') as string,
  });
  await expect(assertLoaded(debian, WANTED, engine('debian/nginx', 'debian/api'))).resolves.toBeUndefined();
});

it('never asks the source behind it', async () => {
  const behind = { ...official, ensure: () => Promise.reject(new Error('asked')) };
  const source = loadedSource(behind, engine('registry/nginx'));
  await expect(source.ensure('nginx', () => undefined)).resolves.toBeUndefined();
  await expect(source.ensure('api', () => undefined)).rejects.toMatchObject({ code: 'IMAGE_NOT_LOADED' });
});

it('refuses references that a loaded image does not have', () => {
  expect(() => assertPortable(['nginx:1', 'ghcr.io/team/api:2'])).not.toThrow();
  expect(() => assertPortable(['nginx:1', 'ghcr.io/team/api@sha256:abc'])).toThrow(
    expect.objectContaining({ exitCode: 1, message: 'a bundle cannot hold ghcr.io/team/api@sha256:abc' }),
  );
});

import { expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ImageCatalog, ImageReference, ImageSource } from '../../../src/images/image-source.js';
import { recordedSource, recordImages } from '../../../src/images/recorded.js';

const config = resolveConfig({ project: 'shop' }, '/srv/shop');

/** A source in which every image has a tag; `debian` has no Grafana. */
const catalog = (name: ImageCatalog['name'], tag: string): ImageCatalog => ({
  name,
  nodeBase: `node:${tag}`,
  pythonBase: `python:${tag}`,
  reference: (image): ImageReference =>
    name === 'debian' && image === 'grafana'
      ? { missing: 'no package' }
      : { reference: `${image}:${tag}`, origin: 'an example' },
});

const source = (name: ImageCatalog['name'], tag: string): ImageSource => ({
  ...catalog(name, tag),
  ensure: async () => undefined,
});

const engine = (...present: string[]): { exists(reference: string): Promise<boolean> } => ({
  exists: async (reference) => present.includes(reference),
});

test('what a catalog said then is what it says now, as long as the engine has the images', async () => {
  const recorded = recordImages(config, catalog('debian', 'old'));
  const all = engine('nginx:old', 'api:old', 'exporter:old', 'prometheus:old');
  const again = await recordedSource(recorded, source('debian', 'new'), all);
  expect(again).toMatchObject({ name: 'debian', nodeBase: 'node:old' });
  expect(again.reference('api')).toEqual({ reference: 'api:old', origin: 'an example' });
  expect(again.reference('grafana'), 'left out then, left out again').toEqual({ missing: 'no package' });
});

test('only images that are needed are kept', () => {
  const small = resolveConfig({ monitoring: false }, '/srv/shop');
  expect(Object.keys(recordImages(config, catalog('registry', '1')).references)).toEqual([
    'nginx',
    'api',
    'exporter',
    'prometheus',
    'grafana',
  ]);
  expect(Object.keys(recordImages(small, catalog('registry', '1')).references)).toEqual(['nginx', 'api']);
});

test('those that are not in the engine and can be got again are got when they are needed', async () => {
  const recorded = recordImages(config, catalog('registry', '1'));
  const again = await recordedSource(recorded, source('registry', '1'), engine());
  expect(again.reference('prometheus')).toEqual(recorded.references.prometheus);
});

test('one that is gone for good is refused before anything is touched', async () => {
  const recorded = recordImages(config, catalog('debian', 'old'));
  const few = engine('nginx:old', 'exporter:old', 'prometheus:old');
  await expect(recordedSource(recorded, source('debian', 'new'), few)).rejects.toMatchObject({
    code: 'IMAGE_GONE',
    exitCode: 1,
    message: expect.stringContaining('api:old') as string,
  });
});

import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ImageCatalog, ImageReference, ImageSource } from '../../../src/images/image-source.js';
import { recordedSource, recordImages, type RecordedImages } from '../../../src/images/recorded.js';

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

/** A stack whose API was built from a person’s files. */
const built: RecordedImages = {
  source: 'registry',
  nodeBase: 'node:1',
  references: { 'backend:v1': { reference: 'fortress/shop-v1:old', origin: 'built here from /srv/shop/api' } },
};

/** A source that looks at the files as they are now. */
const finding = (reference: () => ImageReference): ImageSource => ({ ...source('registry', '1'), reference });

const gone = (): never => {
  throw new Error('/srv/shop/api/Dockerfile cannot be read');
};
const offered = (tag: string) => (): ImageReference => ({ reference: `fortress/shop-v1:${tag}`, origin: 'an example' });

describe('the image of an API that is built from a person’s files', () => {
  test.each([
    ['are gone', gone],
    ['have changed', offered('new')],
  ])('is used as long as the engine has it, though they %s', async (_, reference) => {
    const again = await recordedSource(built, finding(reference), engine('fortress/shop-v1:old'));
    expect(again.reference('backend:v1')).toEqual(built.references['backend:v1']);
  });

  test.each([
    ['are gone', gone, 'cannot be read any more: /srv/shop/api/Dockerfile cannot be read'],
    ['have changed', offered('new'), 'has changed since'],
  ])('is refused when it is gone and they %s, saying what to restore', async (_, reference, why) => {
    await expect(recordedSource(built, finding(reference), engine())).rejects.toMatchObject({
      code: 'IMAGE_GONE',
      message: expect.stringContaining('fortress/shop-v1:old') as string,
      why: expect.stringContaining(why) as string,
      hint: expect.stringMatching(/^restore its Dockerfile.*fortress images load/) as string,
    });
  });

  test('is built again when they are what they were', async () => {
    const again = await recordedSource(built, finding(offered('old')), engine());
    expect(again.reference('backend:v1')).toEqual(built.references['backend:v1']);
  });
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

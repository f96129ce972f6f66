import { expect, it, vi } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import { imageToolsNeed } from '../../../src/doctor/image-tools-need.js';
import { debianCatalog } from '../../../src/images/debian.js';
import type { OwnImage } from '../../../src/images/image-source.js';
import type { ImageReader } from '../../../src/images/image-store.js';

// The bundle of the model server exists after a build only, and what it holds is of no matter here.
vi.mock(import('../../../src/images/api.js'), async (original) => ({
  ...(await original()),
  apiReference: (base: string) => `fortress/api:on-${base.replaceAll(/[/:]/g, '-')}`,
}));

const configOf = (source: 'auto' | 'debian' | 'archive') =>
  resolveConfig({ images: { source }, monitoring: false }, '/srv/shop');

const catalog = debianCatalog();
const referenceOf = (image: OwnImage): string => {
  const found = catalog.reference(image);
  if ('missing' in found) throw new Error(found.missing);
  return found.reference;
};

const engine = (...present: string[]): ImageReader => ({
  exists: async (reference) => present.includes(reference),
  askRegistry: () => Promise.reject(new Error('no route to host')),
});

it('needs the tools while the engine lacks an image or the base of one', async () => {
  expect(await imageToolsNeed(configOf('debian'), engine())).toMatchObject({ needed: true });
  expect(await imageToolsNeed(configOf('debian'), engine(referenceOf('nginx')))).toMatchObject({ needed: true });
  expect(await imageToolsNeed(configOf('debian'), engine(referenceOf('nginx'), catalog.nodeBase))).toMatchObject({
    needed: false,
  });
});

it('needs none for images that were loaded, without their bases', async () => {
  const loaded = engine(referenceOf('nginx'), referenceOf('api'));
  expect(await imageToolsNeed(configOf('auto'), loaded)).toMatchObject({ needed: false });
  expect(await imageToolsNeed(configOf('debian'), loaded)).toMatchObject({ needed: false });
});

it('needs none where nothing may be built', async () => {
  expect(await imageToolsNeed(configOf('archive'), engine(referenceOf('nginx')))).toMatchObject({ needed: false });
});

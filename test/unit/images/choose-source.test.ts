import { beforeEach, expect, it, vi } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { assertObtainable, chooseImageCatalog, imageSource } from '../../../src/images/choose-source.js';
import { debianCatalog } from '../../../src/images/debian.js';
import type { ImageReader, ImageStore } from '../../../src/images/image-store.js';
import { OFFICIAL_IMAGES } from '../../../src/images/official.js';
import { registryCatalog } from '../../../src/images/registry.js';

// The bundle of the model server exists after a build only, and what it holds is of no matter here.
vi.mock(import('../../../src/images/api.js'), async (original) => ({
  ...(await original()),
  apiReference: (base: string) => `fortress/api:on-${base.replaceAll(/[/:]/g, '-')}`,
}));

const configOf = (source: ResolvedConfig['images']['source'], input: FortressConfig = {}): ResolvedConfig =>
  resolveConfig({ ...input, images: { ...input.images, source } }, '/srv/shop');

const { nginx, node, exporter, prometheus, grafana } = OFFICIAL_IMAGES;
const OFFICIAL = [nginx, node, exporter, prometheus, grafana];

const debian = debianCatalog();
const debianReference = (image: 'nginx' | 'exporter' | 'prometheus'): string => {
  const found = debian.reference(image);
  if ('missing' in found) throw new Error(found.missing);
  return found.reference;
};
const DEBIAN = [debianReference('nginx'), debianReference('exporter'), debianReference('prometheus'), debian.nodeBase];

let asked: string[];
beforeEach(() => {
  asked = [];
});

/** An engine with some images, and the registries' answer. */
const engine = (present: string[], answer: 'yes' | Error): ImageReader => ({
  exists: async (reference) => present.includes(reference),
  async askRegistry(reference) {
    asked.push(reference);
    if (answer !== 'yes') throw answer;
  },
});

const NO_NETWORK = new Error('dial tcp: no route to host');

it.each(['registry', 'debian'] as const)(
  'does what the configuration says: %s, without asking anybody',
  async (source) => {
    const choice = await chooseImageCatalog(configOf(source), engine([], NO_NETWORK));
    expect(choice.source.name).toBe(source);
    expect(choice.reason).toContain(`source: '${source}'`);
    expect(asked).toEqual([]);
  },
);

it('asks nobody when the engine has all official images, and prefers them', async () => {
  const { source } = await chooseImageCatalog(configOf('auto'), engine([...OFFICIAL, ...DEBIAN], NO_NETWORK));
  expect(source.name).toBe('registry');
  expect(asked).toEqual([]);
});

it('asks nobody when the engine has all images that Debian can give', async () => {
  const { source, reason } = await chooseImageCatalog(configOf('auto'), engine(DEBIAN, 'yes'));
  expect(source.name).toBe('debian');
  expect(reason).toBe('the engine already has the images that are built from Debian packages');
  expect(asked).toEqual([]);
});

it('needs no base image when the API image is there', async () => {
  const api = debian.reference('api');
  const present = [
    ...DEBIAN.filter((reference) => reference !== debian.nodeBase),
    'reference' in api ? api.reference : '',
  ];
  expect((await chooseImageCatalog(configOf('auto'), engine(present, NO_NETWORK))).source.name).toBe('debian');
  expect(asked).toEqual([]);
});

it('takes official images when the registry answers, and asks each registry once', async () => {
  const config = configOf('auto', { images: { references: { exporter: 'ghcr.io/nginx/exporter:1.4.2' } } });
  const { source, reason } = await chooseImageCatalog(config, engine([], 'yes'));
  expect(source.name).toBe('registry');
  expect(reason).toBe('docker.io and ghcr.io answer: official images');
  expect(asked).toHaveLength(2);
  expect(asked).toContain('ghcr.io/nginx/exporter:1.4.2');
});

it('builds from Debian packages when no registry answers, and says why', async () => {
  const { source, reason } = await chooseImageCatalog(configOf('auto'), engine([nginx], NO_NETWORK));
  expect(source.name).toBe('debian');
  expect(reason).toMatch(
    /^docker\.io did not give .* within 4 s \(dial tcp: no route to host\): building from Debian packages$/,
  );
});

it('looks for the images of the stack only', async () => {
  const { source } = await chooseImageCatalog(
    configOf('auto', { monitoring: false }),
    engine([nginx, node], NO_NETWORK),
  );
  expect(source.name).toBe('registry');
});

it('leaves Grafana out of what Debian gives, with a reason', () => {
  expect(debian.reference('grafana')).toEqual({ missing: expect.stringContaining('no Grafana package') as string });
});

it('goes by what was loaded where nothing may be got, without asking anybody', async () => {
  const config = configOf('archive');
  const api = debian.reference('api');
  const loaded = engine([...DEBIAN, 'reference' in api ? api.reference : ''], NO_NETWORK);
  const { source, reason } = await chooseImageCatalog(config, loaded);
  expect(source.name).toBe('debian');
  expect(reason).toContain("source: 'archive'");
  await expect(assertObtainable(config, source, loaded)).resolves.toBeUndefined();
  // The base is no substitute for the API image: nothing is built.
  await expect(assertObtainable(config, source, engine(DEBIAN, NO_NETWORK))).rejects.toMatchObject({
    code: 'IMAGE_NOT_LOADED',
  });
  expect(asked).toEqual([]);
});

it('keeps to the images of a stack that runs when those of both sources were loaded', async () => {
  const api = [registryCatalog(configOf('registry')), debian].map((catalog) => {
    const found = catalog.reference('api');
    return 'reference' in found ? found.reference : '';
  });
  const both = engine([...OFFICIAL, ...DEBIAN, ...api], NO_NETWORK);
  expect((await chooseImageCatalog(configOf('archive'), both, 'debian')).source.name).toBe('debian');
  expect((await chooseImageCatalog(configOf('archive'), both, 'registry')).source.name).toBe('registry');
});

it('gives a source that gets nothing where nothing may be got', async () => {
  const store = engine([], NO_NETWORK) as ImageStore;
  const source = imageSource('registry', configOf('archive'), store);
  await expect(source.ensure('nginx', () => undefined)).rejects.toMatchObject({
    code: 'IMAGE_NOT_LOADED',
    exitCode: 3,
  });
});

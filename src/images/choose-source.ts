import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ResolvedConfig } from '../config/resolved.js';
import { messageOf } from '../errors.js';
import { assertLoaded, chooseLoaded, loadedSource } from './archive/loaded.js';
import { debianCatalog, debianSource } from './debian.js';
import { backendSource, basesOf, withBackends } from './backend.js';
import { isBackendImage, type ImageCatalog, type ImageSource, type OwnImageCatalog } from './image-source.js';
import type { ImageReader, ImageStore } from './image-store.js';
import { imagesOf } from './images-of.js';
import { registryCatalog, registryHost, registrySource } from './registry.js';

type SourceName = ImageCatalog['name'];

/** How long a registry may take to answer, in milliseconds. */
const REGISTRY_TIMEOUT = 4000;

/** A source or catalog, and why it is this one: a sentence for people. */
export interface Choice<Source> {
  source: Source;
  reason: string;
}

/**
 * Decides where images come from and gives the means to get them. Changes nothing itself.
 * @param running where the images of the stack that exists came from; null: there is none
 * @throws FortressError (exit 3) when nothing may be got and the engine lacks an image
 */
export async function chooseImageSource(
  config: ResolvedConfig,
  images: ImageStore,
  running: SourceName | null = null,
): Promise<Choice<ImageSource>> {
  const { source, reason } = await chooseImageCatalog(config, images, running);
  await assertObtainable(config, source, images);
  return { source: imageSource(source.name, config, images), reason };
}

/** @throws FortressError (exit 3) when nothing may be got and the engine lacks an image */
export async function assertObtainable(
  config: ResolvedConfig,
  source: ImageCatalog,
  images: Pick<ImageReader, 'exists'>,
): Promise<void> {
  if (config.images.source === 'archive') await assertLoaded(source, imagesOf(config), images);
}

/** The means to get images from a source. */
export function imageSource(name: SourceName, config: ResolvedConfig, images: ImageStore): ImageSource {
  const source = backendSource(config, images, (name === 'registry' ? registrySource : debianSource)(config, images));
  return config.images.source === 'archive' ? loadedSource(source, images) : source;
}

const ownCatalog = (name: SourceName, config: ResolvedConfig): OwnImageCatalog =>
  name === 'registry' ? registryCatalog(config) : debianCatalog();

/** The same decision for those who may only look, as `fortress plan`. */
export async function chooseImageCatalog(
  config: ResolvedConfig,
  images: ImageReader,
  running: SourceName | null = null,
): Promise<Choice<ImageCatalog>> {
  const { name, reason } = await chooseName(config, images, running);
  return { source: withBackends(config, ownCatalog(name, config)), reason };
}

interface NamedChoice {
  name: SourceName;
  reason: string;
}

async function chooseName(
  config: ResolvedConfig,
  images: ImageReader,
  running: SourceName | null,
): Promise<NamedChoice> {
  const { source } = config.images;
  if (source === 'archive') return chooseAmongLoaded(config, images, running);
  if (source !== 'auto') return { name: source, reason: `the configuration says source: '${source}'` };
  // A stack that runs is not moved by an outage: Prometheus, say, could not read the data of a newer one.
  if (running === 'registry') return { name: 'registry', reason: 'this stack runs on official images' };
  if (running === 'debian') return { name: 'debian', reason: 'this stack runs on images built from Debian packages' };
  return chooseAutomatically(config, images);
}

/** Which images were loaded, the engine shows: official ones, or those that were built from Debian packages. */
async function chooseAmongLoaded(
  config: ResolvedConfig,
  images: ImageReader,
  running: SourceName | null,
): Promise<NamedChoice> {
  const names = new Set<SourceName>([running ?? 'registry', 'registry', 'debian']);
  const catalogs = [...names].map((name) => withBackends(config, ownCatalog(name, config)));
  const { name } = await chooseLoaded(catalogs, imagesOf(config), images);
  return { name, reason: "the configuration says source: 'archive': what was loaded into the engine" };
}

async function chooseAutomatically(config: ResolvedConfig, images: ImageReader): Promise<NamedChoice> {
  const absent = await absentImages(config, 'registry', images);
  if (absent.length === 0) return { name: 'registry', reason: 'the engine already has the official images' };
  if ((await absentImages(config, 'debian', images)).length === 0) {
    return { name: 'debian', reason: 'the engine already has the images that are built from Debian packages' };
  }
  const hosts = [...new Map(absent.map((reference) => [registryHost(reference), reference]))];
  try {
    await Promise.all(hosts.map(([host, reference]) => ask(images, host, reference)));
    return {
      name: 'registry',
      reason: `${hosts.map(([host]) => host).join(' and ')} ${hosts.length === 1 ? 'answers' : 'answer'}: official images`,
    };
  } catch (error) {
    if (!canBuild())
      return { name: 'registry', reason: `${messageOf(error)}; this machine cannot build from Debian packages` };
    return { name: 'debian', reason: `${messageOf(error)}: building from Debian packages` };
  }
}

async function ask(images: ImageReader, host: string, reference: string): Promise<void> {
  try {
    await images.askRegistry(reference, REGISTRY_TIMEOUT);
  } catch (error) {
    throw new Error(`${host} did not give ${reference} within ${REGISTRY_TIMEOUT / 1000} s (${messageOf(error)})`, {
      cause: error,
    });
  }
}

/** References that the source would have to get; for images that are built here, the bases they are built on. */
export async function absentImages(config: ResolvedConfig, source: SourceName, images: ImageReader): Promise<string[]> {
  const own = ownCatalog(source, config);
  const catalog = withBackends(config, own);
  const absent = async (references: string[]): Promise<string[]> => {
    const present = await Promise.all(references.map((reference) => images.exists(reference)));
    return references.filter((_, index) => !present[index]);
  };
  const found = await Promise.all(
    imagesOf(config).map(async (image) => {
      const entry = catalog.reference(image);
      if ('missing' in entry || (await images.exists(entry.reference))) return [];
      if (isBackendImage(image)) return absent(basesOf(config, own, image));
      return image === 'api' ? absent([catalog.nodeBase]) : [entry.reference];
    }),
  );
  return found.flat();
}

/** Whether Debian images can be built here, if need be after `fortress doctor --fix`. */
function canBuild(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return process.platform === 'linux' && folders.some((folder) => existsSync(join(folder, 'apt-get')));
}

/** The source that a container's nginx image came from. Pure. */
export const sourceOf = (nginxImage: string): SourceName =>
  nginxImage.startsWith('fortress/nginx:debian-') ? 'debian' : 'registry';

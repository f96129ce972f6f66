import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ResolvedConfig } from '../config/resolved.js';
import { messageOf } from '../errors.js';
import { debianCatalog, debianSource } from './debian.js';
import type { ImageCatalog, ImageName, ImageSource } from './image-source.js';
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
 */
export async function chooseImageSource(
  config: ResolvedConfig,
  images: ImageStore,
  running: SourceName | null = null,
): Promise<Choice<ImageSource>> {
  const { source, reason } = await chooseImageCatalog(config, images, running);
  return { source: imageSource(source.name, config, images), reason };
}

/** The means to get images from a source. */
export const imageSource = (name: SourceName, config: ResolvedConfig, images: ImageStore): ImageSource =>
  (name === 'registry' ? registrySource : debianSource)(config, images);

/** The same decision for those who may only look, as `fortress plan`. */
export async function chooseImageCatalog(
  config: ResolvedConfig,
  images: ImageReader,
  running: SourceName | null = null,
): Promise<Choice<ImageCatalog>> {
  const { source } = config.images;
  if (source === 'registry')
    return { source: registryCatalog(config), reason: "the configuration says source: 'registry'" };
  if (source === 'debian') return { source: debianCatalog(), reason: "the configuration says source: 'debian'" };
  // A stack that runs is not moved by an outage: Prometheus, say, could not read the data of a newer one.
  if (running === 'registry') return { source: registryCatalog(config), reason: 'this stack runs on official images' };
  if (running === 'debian')
    return { source: debianCatalog(), reason: 'this stack runs on images built from Debian packages' };
  return chooseAutomatically(registryCatalog(config), debianCatalog(), imagesOf(config), images);
}

async function chooseAutomatically(
  registry: ImageCatalog,
  debian: ImageCatalog,
  wanted: ImageName[],
  images: ImageReader,
): Promise<Choice<ImageCatalog>> {
  const absent = await absentImages(registry, wanted, images);
  if (absent.length === 0) return { source: registry, reason: 'the engine already has all official images' };
  if ((await absentImages(debian, wanted, images)).length === 0) {
    return { source: debian, reason: 'the engine already has all images, built from Debian packages' };
  }
  const hosts = [...new Map(absent.map((reference) => [registryHost(reference), reference]))];
  try {
    await Promise.all(hosts.map(([host, reference]) => ask(images, host, reference)));
    return {
      source: registry,
      reason: `${hosts.map(([host]) => host).join(' and ')} ${hosts.length === 1 ? 'answers' : 'answer'}: official images`,
    };
  } catch (error) {
    if (!canBuild())
      return { source: registry, reason: `${messageOf(error)}; this machine cannot build from Debian packages` };
    return { source: debian, reason: `${messageOf(error)}: building from Debian packages` };
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

/** References that the source would have to get; for the API image, the base it is built on. */
async function absentImages(catalog: ImageCatalog, wanted: ImageName[], images: ImageReader): Promise<string[]> {
  const found = await Promise.all(
    wanted.map(async (image) => {
      const entry = catalog.reference(image);
      if ('missing' in entry || (await images.exists(entry.reference))) return [];
      if (image !== 'api') return [entry.reference];
      return (await images.exists(catalog.nodeBase)) ? [] : [catalog.nodeBase];
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

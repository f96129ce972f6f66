import type { ResolvedConfig } from '../config/resolved.js';
import { messageOf, operationError } from '../errors.js';
import {
  isBackendImage,
  type ImageCatalog,
  type ImageName,
  type ImageReference,
  type ImageSource,
} from './image-source.js';
import type { ImageReader } from './image-store.js';
import { imagesOf } from './images-of.js';

/** The images that a stack ran on. Plain data. */
export interface RecordedImages {
  source: ImageCatalog['name'];
  nodeBase: string;
  references: Partial<Record<ImageName, ImageReference>>;
}

/** What a catalog says of the images of a configuration. */
export const recordImages = (config: ResolvedConfig, { name, nodeBase, reference }: ImageCatalog): RecordedImages => ({
  source: name,
  nodeBase,
  references: Object.fromEntries(imagesOf(config).map((image) => [image, reference(image)])),
});

/**
 * The source of images that a stack ran on before: those that the engine still has, and those that
 * can be got again.
 * @param present the source of the same name as it is now
 * @throws FortressError (exit 1) when one is gone for good; nothing was touched then
 */
export async function recordedSource(
  { nodeBase, references }: RecordedImages,
  present: ImageSource,
  images: Pick<ImageReader, 'exists'>,
): Promise<ImageSource> {
  for (const [image, wanted] of Object.entries(references) as [ImageName, ImageReference][]) {
    // What the engine has needs no files of the person, who may have changed or removed those that it was built from.
    if ('missing' in wanted || (await images.exists(wanted.reference))) continue;
    assertObtainable(image, wanted.reference, present);
  }
  return { ...present, nodeBase, reference: (image) => references[image] ?? present.reference(image) };
}

/** @throws FortressError (exit 1) unless the source would get the very image again */
function assertObtainable(image: ImageName, wanted: string, present: ImageCatalog): void {
  const isBackend = isBackendImage(image);
  let offered: ImageReference;
  try {
    offered = present.reference(image);
  } catch (error) {
    throw isBackend ? backendGone(wanted, error) : error;
  }
  if ('missing' in offered || offered.reference !== wanted) throw isBackend ? backendGone(wanted) : ownGone(wanted);
}

const ownGone = (reference: string): Error =>
  imageGone(reference, {
    why: 'it was built here by another version of fortress, so this one cannot build it again',
    hint: 'load it (docker load) or run `fortress up` with that version (fortress history --json names it), or choose another generation',
  });

const backendGone = (reference: string, cause?: unknown): Error =>
  imageGone(reference, {
    why:
      cause === undefined
        ? 'what it was built from has changed since, so it cannot be built again'
        : `what it was built from cannot be read any more: ${messageOf(cause)}`,
    hint: 'restore its Dockerfile and the files beside it as they were, or load the image (fortress images load), or choose another generation',
    cause,
  });

const imageGone = (reference: string, details: { why: string; hint: string; cause?: unknown }): Error =>
  operationError('IMAGE_GONE', `the image ${reference} is not in the engine any more; nothing was changed`, details);

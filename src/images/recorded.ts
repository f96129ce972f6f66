import type { ResolvedConfig } from '../config/resolved.js';
import { operationError } from '../errors.js';
import type { ImageCatalog, ImageName, ImageReference, ImageSource } from './image-source.js';
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
    if ('missing' in wanted || isSame(wanted, present.reference(image))) continue;
    if (!(await images.exists(wanted.reference))) throw imageGone(wanted.reference);
  }
  return { ...present, nodeBase, reference: (image) => references[image] ?? present.reference(image) };
}

const isSame = (wanted: ImageReference, offered: ImageReference): boolean =>
  'reference' in wanted && 'reference' in offered && wanted.reference === offered.reference;

const imageGone = (reference: string): Error =>
  operationError('IMAGE_GONE', `the image ${reference} is not in the engine any more; nothing was changed`, {
    why: 'it was built here by another version of fortress, so this one cannot build it again',
    hint: 'load it (docker load) or run `fortress up` with that version (fortress history --json names it), or choose another generation',
  });

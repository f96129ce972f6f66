import { FortressError, operationError } from '../../errors.js';
import { VERSION } from '../../version.js';
import type { ImageCatalog, ImageName, ImageSource } from '../image-source.js';
import type { ImageReader } from '../image-store.js';

type Presence = Pick<ImageReader, 'exists'>;

/** References of a catalog that the engine does not have; what the catalog leaves out is not wanted. */
export async function notLoaded(catalog: ImageCatalog, wanted: ImageName[], images: Presence): Promise<string[]> {
  const references = wanted.flatMap((image) => {
    const entry = catalog.reference(image);
    return 'missing' in entry ? [] : [entry.reference];
  });
  const present = await Promise.all(references.map((reference) => images.exists(reference)));
  return references.filter((_, index) => !present[index]);
}

/**
 * Of some catalogs the one whose images were loaded into the engine: the first that it has all of, else
 * the one that it has most of.
 * @param catalogs at least one, the preferred one first
 */
export async function chooseLoaded<Catalog extends ImageCatalog>(
  catalogs: Catalog[],
  wanted: ImageName[],
  images: Presence,
): Promise<Catalog> {
  const states = await Promise.all(
    catalogs.map(async (catalog) => {
      const absent = (await notLoaded(catalog, wanted, images)).length;
      const there = wanted.filter((image) => !('missing' in catalog.reference(image))).length - absent;
      return { catalog, isComplete: absent === 0, there };
    }),
  );
  const most = Math.max(...states.map(({ there }) => there));
  const found = states.find(({ isComplete }) => isComplete) ?? states.find(({ there }) => there === most);
  if (!found) throw new TypeError('there is no catalog to choose from');
  return found.catalog;
}

/** A source that gets nothing: its images are in the engine, or the stack cannot be. */
export const loadedSource = (source: ImageSource, images: Presence): ImageSource => ({
  ...source,
  async ensure(image) {
    const absent = await notLoaded(source, [image], images);
    if (absent.length > 0) throw imagesNotLoaded(absent);
  },
});

/** @throws FortressError (exit 3) naming what was not loaded */
export async function assertLoaded(catalog: ImageCatalog, wanted: ImageName[], images: Presence): Promise<void> {
  const absent = await notLoaded(catalog, wanted, images);
  if (absent.length > 0) throw imagesNotLoaded(absent);
}

function imagesNotLoaded(references: string[]): FortressError {
  const count = references.length === 1 ? 'an image' : `${references.length} images`;
  return new FortressError('IMAGE_NOT_LOADED', 3, `the engine lacks ${count}: ${references.join(', ')}`, {
    why: "the configuration says source: 'archive': nothing is built or pulled",
    hint: `run \`fortress images load BUNDLE\` with a bundle of this project that fortress ${VERSION} saved; other versions and configurations need other images`,
  });
}

/** A reference by which an engine does not know a loaded image again. */
export function assertPortable(references: string[]): void {
  const pinned = references.filter((reference) => reference.includes('@'));
  if (pinned.length === 0) return;
  throw operationError('IMAGE_NOT_PORTABLE', `a bundle cannot hold ${pinned.join(', ')}`, {
    why: 'an engine that loads an image does not learn the digest that its registry gave it',
    hint: 'name it by a tag in the configuration: docker tag, then `images.references` or `apis.NAME.image`',
  });
}

import type { ResolvedConfig } from '../../config/resolved.js';
import type { Connection } from '../../engine/docker/connect.js';
import { createDockerReader } from '../../engine/docker/reader.js';
import { runningSource } from '../../plan/running-source.js';
import type { ImageCatalog, ImageName } from '../../images/image-source.js';
import { imagesOf } from '../../images/images-of.js';

/** Where the images of the stack that runs came from, as `up` asks; null: there is none. */
export const runningHere = async (
  { project }: ResolvedConfig,
  connection: Connection,
): Promise<ImageCatalog['name'] | null> => runningSource(await createDockerReader(connection).observe(project));

/** An image that a configuration needs. */
export interface NeededImage {
  image: ImageName;
  reference: string;
  origin: string;
}

/** The images of a configuration, and what the stack does without. */
export interface Needed {
  images: NeededImage[];
  leftOut: { image: ImageName; reason: string }[];
}

export function neededImages(config: ResolvedConfig, catalog: ImageCatalog): Needed {
  const entries = imagesOf(config).map((image) => ({ image, entry: catalog.reference(image) }));
  return {
    images: entries.flatMap(({ image, entry }) => ('missing' in entry ? [] : [{ image, ...entry }])),
    leftOut: entries.flatMap(({ image, entry }) => ('missing' in entry ? [{ image, reason: entry.missing }] : [])),
  };
}

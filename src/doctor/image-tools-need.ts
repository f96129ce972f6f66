import type { ResolvedConfig } from '../config/resolved.js';
import { absentImages, chooseImageCatalog } from '../images/choose-source.js';
import type { ImageReader } from '../images/image-store.js';

/** Whether `up` would have to build images from Debian packages on this machine, and why. */
export interface ImageToolsNeed {
  /** Null: it cannot be told. */
  needed: boolean | null;
  reason: string;
  /** What to do where it cannot be told. */
  hint?: string | undefined;
}

/** Asks the engine which images it has and, where `up` would, whether a registry answers. */
export async function imageToolsNeed(config: ResolvedConfig, images: ImageReader): Promise<ImageToolsNeed> {
  const { source, reason } = await chooseImageCatalog(config, images);
  if (source.name === 'registry' || config.images.source === 'archive') return { needed: false, reason };
  return { needed: (await absentImages(config, source.name, images)).length > 0, reason };
}

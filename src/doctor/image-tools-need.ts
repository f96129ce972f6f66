import type { ResolvedConfig } from '../config/resolved.js';
import { chooseImageCatalog } from '../images/choose-source.js';
import type { ImageName } from '../images/image-source.js';
import type { ImageReader } from '../images/image-store.js';

/** Whether `up` would have to build images from Debian packages on this machine, and why. */
export interface ImageToolsNeed {
  needed: boolean;
  reason: string;
}

/** Asks the engine which images it has and, where `up` would, whether a registry answers. */
export async function imageToolsNeed(config: ResolvedConfig, images: ImageReader): Promise<ImageToolsNeed> {
  const { source, reason } = await chooseImageCatalog(config, images);
  if (source.name === 'registry') return { needed: false, reason };
  const names: ImageName[] = config.monitoring === null ? ['nginx'] : ['nginx', 'exporter', 'prometheus'];
  const references = names.flatMap((name) => {
    const entry = source.reference(name);
    return 'reference' in entry ? [entry.reference] : [];
  });
  const present = await Promise.all([source.nodeBase, ...references].map((reference) => images.exists(reference)));
  return { needed: present.includes(false), reason };
}

import type { ResolvedConfig } from '../config/resolved.js';
import { backendImage, isBackendImage, type ImageCatalog, type ImageName } from './image-source.js';

/** Whether fortress makes an image itself; if not, it is pulled. Pure. */
export function isBuilt({ apis }: ResolvedConfig, source: ImageCatalog['name'], image: ImageName): boolean {
  if (isBackendImage(image)) return apis.find(({ name }) => backendImage(name) === image)?.backend.kind === 'build';
  return image === 'api' || source === 'debian';
}

import type { ResolvedConfig } from '../config/resolved.js';
import { imageOfApi } from '../stack/services/api.js';
import type { ImageName } from './image-source.js';

/** The images that the services of a configuration are made from, each once. */
export function imagesOf({ apis, monitoring }: ResolvedConfig): ImageName[] {
  const base: ImageName[] = ['nginx', ...new Set(apis.map(imageOfApi))];
  if (!monitoring) return base;
  return [...base, 'exporter', 'prometheus', ...(monitoring.grafana ? (['grafana'] as const) : [])];
}

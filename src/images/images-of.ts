import type { ResolvedConfig } from '../config/resolved.js';
import type { ImageName } from './image-source.js';

/** The images that the services of a configuration are made from. */
export function imagesOf({ monitoring }: ResolvedConfig): ImageName[] {
  const base: ImageName[] = ['nginx', 'api'];
  if (!monitoring) return base;
  return [...base, 'exporter', 'prometheus', ...(monitoring.grafana ? (['grafana'] as const) : [])];
}

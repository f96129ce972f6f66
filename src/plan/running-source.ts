import { sourceOf } from '../images/choose-source.js';
import type { ImageCatalog } from '../images/image-source.js';
import type { Observed } from './observed.js';
import { imageIn } from './spec.js';

/** Where the images of a stack that exists came from; null when there is none. */
export function runningSource({ containers }: Observed): ImageCatalog['name'] | null {
  const gateway = containers.find(({ service }) => service === 'gateway');
  const image = gateway ? imageIn(gateway.spec) : null;
  return image === null ? null : sourceOf(image);
}

import { familiarReference } from '../images/reference.js';
import type { Stack } from '../stack/stack.js';
import type { Observed } from './observed.js';
import { operation, type Operation } from './operation.js';

/** What containers are built on: images, networks and volumes that the engine doesn't have yet. */
export const baseOperations = (stack: Stack, observed: Observed): Operation[] => [
  ...imageOperations(stack, observed),
  ...networkOperations(stack, observed),
  ...volumeOperations(stack, observed),
];

function imageOperations(stack: Stack, { images }: Observed): Operation[] {
  const missing = new Map(
    stack.services
      .filter(({ image }) => !images.has(familiarReference(image.reference)))
      .map(({ image }) => [image.reference, image]),
  );
  return [...missing.values()].map(({ name, reference, origin }) =>
    operation({ kind: 'image.ensure', image: name, reference }, `missing; ${origin}`, 'none', []),
  );
}

function networkOperations({ project, networks }: Stack, observed: Observed): Operation[] {
  const existing = new Set(observed.networks.map(({ name }) => name));
  return networks
    .filter(({ name }) => !existing.has(name))
    .map((network) => operation({ kind: 'network.create', project, network }, 'new', 'none', []));
}

function volumeOperations({ project, volumes }: Stack, observed: Observed): Operation[] {
  return volumes
    .filter(({ name }) => !observed.volumes.includes(name))
    .map((volume) => operation({ kind: 'volume.create', project, volume }, 'new', 'none', []));
}

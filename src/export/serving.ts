import { addressAllocator } from '../plan/placement.js';
import type { Observed } from '../plan/observed.js';
import type { Serving } from '../render/views.js';
import type { Stack } from '../stack/stack.js';

/** What an engine has that has nothing. */
export const NOTHING: Observed = {
  containers: [],
  networks: [],
  volumes: [],
  leftovers: [],
  images: new Set(),
  built: [],
  takenSubnets: [],
};

/** All replicas of all services, each with the addresses that `fortress up` would give it on an empty engine. Pure. */
export function everyReplica({ networks, services }: Stack): Serving {
  const allocate = addressAllocator(networks, NOTHING);
  return Object.fromEntries(
    services.map((service) => [
      service.name,
      Array.from({ length: service.replicas }, (_, index) => ({ slot: index + 1, addresses: allocate(service) })),
    ]),
  );
}

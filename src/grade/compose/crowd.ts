import type { ComposeDocument } from './document.js';
import type { Hazard } from './hazards.js';
import { containersOf } from './service.js';

/** Of one service, and of all together: far more than any honest submission, and little enough for this machine. */
const MOST_REPLICAS = 20;
const MOST_CONTAINERS = 60;

/** More containers than this machine should have to bear. Pure. */
export function crowdIn(services: ComposeDocument['services']): Hazard[] {
  const counts = Object.entries(services).map(([name, service]) => ({ name, count: containersOf(service) }));
  const many = counts.filter(({ count }) => count > MOST_REPLICAS);
  const all = counts.reduce((total, { count }) => total + count, 0);
  return [
    ...many.map(({ name, count }) => ({
      where: `services.${name}`,
      why: `it asks for ${count} containers; at most ${MOST_REPLICAS} are started here`,
    })),
    ...(many.length === 0 && all > MOST_CONTAINERS
      ? [{ where: 'services', why: `all together are ${all} containers; at most ${MOST_CONTAINERS} are started here` }]
      : []),
  ];
}

import type { BuiltImage, Observed } from './observed.js';
import { operation, type Call, type Effect, type Operation, type Plan } from './operation.js';

/** What `down` takes away besides containers and networks. */
export interface DownOptions {
  /** Data volumes too: Prometheus' samples, Grafana's database. */
  volumes: boolean;
  /** The images that were built for the project too. */
  images: boolean;
}

/** What must be done so that nothing of a project runs. Pure. */
export function planDown(project: string, observed: Observed, { volumes, images }: DownOptions): Plan {
  const containers = observed.containers.flatMap(({ name, state }) => {
    const stop = down({ kind: 'container.stop', name }, []);
    const removal = down(
      { kind: 'container.remove', name },
      state === 'running' || state === 'restarting' ? [stop.id] : [],
    );
    return removal.after.length > 0 ? [stop, removal] : [removal];
  });
  const removed = containers.map(({ id }) => id);
  const networks = observed.networks.map(({ name }) => down({ kind: 'network.remove', name }, removed));
  const data = volumes
    ? observed.volumes.map((name) => down({ kind: 'volume.remove', name }, removed, 'data loss'))
    : [];
  const leftovers = observed.leftovers.map((name) => down({ kind: 'volume.remove', name }, []));
  // One after the other: the engine gets confused by several names of one image that go at the same time.
  const built = images
    ? observed.built
        .filter(({ usedBy }) => usedBy.length === 0)
        .map(({ reference: name }, index, all) =>
          down({ kind: 'image.remove', name }, [...removed, ...all.slice(0, index).map(imageRemoval)]),
        )
    : [];
  return { project, operations: [...containers, ...networks, ...data, ...leftovers, ...built], rollouts: [] };
}

const imageRemoval = ({ reference }: BuiltImage): string => `image.remove ${reference}`;

const down = (call: Call, after: string[], effect: Effect = 'none'): Operation =>
  operation(call, 'down', effect, after);

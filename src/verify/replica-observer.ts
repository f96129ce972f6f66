import { gatewaysAmong } from './deployed-roles.js';
import type { DeployedContainer } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';
import { createMarker, type Marker } from './mark.js';
import { pause } from './pause.js';
import { predictionRequest } from './prediction.js';
import { countInLogs } from './replica-logs.js';
import { readPackets, servedByPackets, type PacketCount } from './replica-packets.js';
import type { Served } from './replica-sample.js';
import type { Ask } from './reply.js';
import type { Target } from './target.js';

/** Watches the containers behind the gateway while they are sent marked requests. */
export interface Observer {
  /** The n-th request to be found in their logs; as it is, where marked ones are refused. */
  mark(request: Ask, n: number): Ask;
  /** The containers that call themselves so. */
  named(instances: string[]): DeployedContainer[];
  /**
   * By the marks in their logs; null when these do not account for all that was answered.
   * @param answered requests that got a prediction
   * @param total requests that were marked
   */
  byLogs(answered: number, total: number): Promise<Served | null>;
}

/** Starts to watch; null where there is no engine to watch with. */
export async function openObserver(target: Target, marker: Marker = createMarker()): Promise<Observer | null> {
  const { engine } = target;
  const behind = behindGateway(target);
  if (!engine || !behind) return null;
  const isMarkable = await servesMarked(target);
  const since = new Date();
  return {
    mark: (request, n) => (isMarkable ? marker.mark(request, n) : request),
    named: (instances) => behind.filter((container) => instances.some((instance) => isCalled(container, instance))),
    byLogs: async (answered, total) => {
      const counts = await countInLogs(engine, behind, { marker, since, total });
      const seen = counts.reduce((sum, [, requests]) => sum + requests, 0);
      if (seen < answered) return null;
      return { ...tableOf(counts), anonymous: 0, witness: 'logs of the containers' };
    },
  };
}

const markable = new WeakMap<Target, Promise<boolean>>();

/** Asked once: there are gateways and APIs that refuse a query which they do not know. */
function servesMarked(target: Target): Promise<boolean> {
  const known = markable.get(target) ?? askMarked(target);
  markable.set(target, known);
  return known;
}

async function askMarked(target: Target): Promise<boolean> {
  const request = predictionRequest(target.spec);
  const marked = await target.ask(createMarker().mark(request, 0));
  return marked.status === 200 || (await target.ask(request)).status !== 200;
}

/**
 * Starts to count the packets that containers receive. What it returns ends that, counts as long again
 * while nobody asks, and tells who served by the difference; null when that cannot be told.
 */
export function countingPackets(target: Target): () => Promise<Served | null> {
  const { engine } = target;
  const behind = behindGateway(target);
  if (!engine || !behind) return () => Promise.resolve(null);
  // Engines count once a second. Nobody waits for that: the few requests of a second do not matter.
  const begin = snapshot(engine, behind);
  return async () => {
    const counts = await countPackets(engine, behind, await begin);
    return counts && { ...tableOf(counts), anonymous: 0, witness: 'packet counters of the engine' };
  };
}

/** Whoever may be a replica, and runs. */
function behindGateway({ spec }: Target): DeployedContainer[] | null {
  const { deployment } = spec;
  if ('unknown' in deployment) return null;
  const gateways = gatewaysAmong(deployment.containers, spec);
  return deployment.containers.filter((container) => container.running && !gateways.includes(container));
}

/** By its host name (the start of its id, unless it was given one), its name, or its address. */
const isCalled = ({ id, name, service, addresses }: DeployedContainer, instance: string): boolean =>
  instance !== '' &&
  (name === instance ||
    service === instance ||
    name.endsWith(`-${instance}`) ||
    (instance.length >= 12 && id.startsWith(instance)) ||
    addresses.includes(instance.replace(/:\d+$/, '')));

interface Snapshot {
  at: number;
  packets: Map<string, number>;
}

async function snapshot(engine: EngineProbe, containers: DeployedContainer[]): Promise<Snapshot> {
  const packets = await readPackets(engine, containers);
  return { at: performance.now(), packets };
}

async function countPackets(
  engine: EngineProbe,
  containers: DeployedContainer[],
  begin: Snapshot,
): Promise<[DeployedContainer, number][] | null> {
  const end = await snapshot(engine, containers);
  await pause(end.at - begin.at);
  const later = await snapshot(engine, containers);
  const known = containers.filter(({ id }) => [begin, end, later].every(({ packets }) => packets.has(id)));
  return servedByPackets(known, between(begin, end), between(end, later));
}

const between = (from: Snapshot, to: Snapshot): PacketCount => ({
  before: from.packets,
  after: to.packets,
  duration: to.at - from.at,
});

const tableOf = (counts: [DeployedContainer, number][]): Pick<Served, 'served' | 'containers'> => ({
  served: counts.map(([{ name }, count]): [string, number] => [name, count]).toSorted(([, a], [, b]) => b - a),
  containers: counts.map(([container]) => container),
});

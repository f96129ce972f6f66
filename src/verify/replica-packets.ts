import type { DeployedContainer } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';

/** Packets received so far, by container id; a container that cannot be asked is not among them. */
export async function readPackets(engine: EngineProbe, containers: DeployedContainer[]): Promise<Map<string, number>> {
  const counters = await Promise.all(
    containers.map(async ({ id }) => {
      const packets = await engine.receivedPackets(id).catch(() => null);
      return packets === null ? [] : [[id, packets] as const];
    }),
  );
  return new Map(counters.flat());
}

/** Counters at the start and at the end of a time, in milliseconds. */
export interface PacketCount {
  before: Map<string, number>;
  after: Map<string, number>;
  duration: number;
}

/** A request and its answer are at least two packets; ten requests are more than what else comes by. */
const CERTAINLY_SERVING = 20;
/** An idle container hears of its neighbours now and then. */
const CERTAINLY_IDLE = 4;

/**
 * Packets that a container received because of the requests, for those that certainly served; null when
 * some container's count lies in between, or none served. Pure.
 * @param idle the same containers while nobody asked
 */
export function servedByPackets(
  containers: DeployedContainer[],
  sample: PacketCount,
  idle: PacketCount,
): [DeployedContainer, number][] | null {
  const counts = containers.map((container): [DeployedContainer, number] => [
    container,
    Math.round(increase(sample, container.id) - (increase(idle, container.id) * sample.duration) / idle.duration),
  ]);
  if (counts.some(([, packets]) => packets > CERTAINLY_IDLE && packets < CERTAINLY_SERVING)) return null;
  const served = counts.filter(([, packets]) => packets >= CERTAINLY_SERVING);
  return served.length > 0 ? served : null;
}

const increase = ({ before, after }: PacketCount, id: string): number => (after.get(id) ?? 0) - (before.get(id) ?? 0);

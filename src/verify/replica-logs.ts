import type { DeployedContainer } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';
import type { Marker } from './mark.js';
import { waitFor } from './wait-for.js';

/** Servers may hold lines back for a moment. */
const PATIENCE = { every: 200, within: 1500 };

/**
 * Which containers logged how many of the marked requests.
 * @param total requests that were marked
 */
export async function countInLogs(
  engine: EngineProbe,
  containers: DeployedContainer[],
  { marker, since, total }: { marker: Marker; since: Date; total: number },
): Promise<[DeployedContainer, number][]> {
  const look = async (): Promise<[DeployedContainer, number][]> => {
    const counts = await Promise.all(
      containers.map(async (container): Promise<[DeployedContainer, number]> => [
        container,
        marker.seenIn(await logOf(engine, container, since)).size,
      ]),
    );
    return withoutForwarders(
      counts.filter(([, requests]) => requests > 0),
      total,
    );
  };
  const isComplete = (seen: [DeployedContainer, number][]): boolean =>
    seen.reduce((sum, [, requests]) => sum + requests, 0) >= total;
  return waitFor(look, isComplete, PATIENCE);
}

/** A log driver that cannot be read is a log without our requests. */
const logOf = (engine: EngineProbe, { id }: DeployedContainer, since: Date): Promise<string> =>
  engine.logsSince(id, since).catch(() => '');

/** A container that logged all of what others share is a proxy in front of them. */
function withoutForwarders(counts: [DeployedContainer, number][], total: number): [DeployedContainer, number][] {
  const parts = counts.filter(([, requests]) => requests < total);
  return parts.length > 1 ? parts : counts;
}

import { containersBehind, looksLikeGateway } from './deployed-roles.js';
import type { DeployedContainer } from './deployment.js';
import type { Marker } from './mark.js';
import type { Target } from './target.js';
import { waitFor } from './wait-for.js';

/** Servers may hold lines back for a moment. */
const PATIENCE = { every: 150, within: 600 };

/** Containers that logged some of the marked requests, and which. */
export type Seen = [container: DeployedContainer, requests: Set<number>][];

/**
 * Which marked requests the containers behind the gateway have logged. Further proxies do not count, and our own
 * APIs are not looked for: they name themselves in every answer. Empty without an engine.
 * @param least number of requests to look for before time is up
 */
export async function seenBehind(
  { spec, engine }: Target,
  { marker, since, least = 1 }: { marker: Marker; since: Date; least?: number },
): Promise<Seen> {
  if (engine === null || 'unknown' in spec.deployment || spec.versions !== null) return [];
  const behind = containersBehind(spec.deployment.containers, spec).filter((one) => !looksLikeGateway(one));
  const look = (): Promise<Seen> =>
    Promise.all(
      behind.map(async (container): Promise<Seen[number]> => {
        const log = await engine.logsSince(container.id, since).catch(() => '');
        return [container, marker.seenIn(log)];
      }),
    );
  const seen = await waitFor(look, (logs) => requestsIn(logs).size >= least, PATIENCE);
  return seen.filter(([, requests]) => requests.size > 0);
}

/** Whoever logged them. */
export const requestsIn = (seen: Seen): Set<number> => new Set(seen.flatMap(([, requests]) => [...requests]));

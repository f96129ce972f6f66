import { gatewaysAmong } from './deployed-roles.js';
import { createMarker, type Marker } from './mark.js';
import type { Ask } from './reply.js';
import type { Target } from './target.js';
import { waitFor } from './wait-for.js';

/** Milliseconds; the engine hands lines on at once, but a busy one is late. */
const PATIENCE = { every: 200, within: 3000 };

/**
 * The address that a gateway of ours sees this machine at, by its access log: the engine's network may have put
 * another in its place. Null where no log tells.
 * @param request is sent once more, with a mark
 */
export async function ownAddressAtGateway(
  target: Target,
  request: Ask,
  marker: Marker = createMarker(),
): Promise<string | null> {
  const { engine, spec } = target;
  if (!engine || 'unknown' in spec.deployment) return null;
  const gateways = gatewaysAmong(spec.deployment.containers, spec);
  const since = new Date();
  await target.ask(marker.mark(request, 0));
  const look = async (): Promise<string | null> => {
    const logs = await Promise.all(gateways.map(({ id }) => engine.logsSince(id, since).catch(() => '')));
    return clientIn(logs.join('\n'), marker);
  };
  return waitFor(look, (address) => address !== null, PATIENCE);
}

/** `client` of the line in which the gateway wrote down the marked request. */
function clientIn(log: string, marker: Marker): string | null {
  const line = log.split('\n').find((text) => marker.seenIn(text).size > 0);
  return line === undefined ? null : (/"client":"(?<address>[\da-f.:]+)"/.exec(line)?.groups?.['address'] ?? null);
}

import { looksLikeGateway } from './deployed-roles.js';
import { replicaSample } from './replica-sample.js';
import type { Target } from './target.js';

/**
 * Services of which a container served predictions, by names and logs: packets may go from an API to its database
 * as well. A further proxy, whose log holds them too, does not. Null where it is not known which did.
 */
export async function servingServices(target: Target): Promise<ReadonlySet<string> | null> {
  const { witness, containers } = await replicaSample(target);
  const services = containers.filter((one) => !looksLikeGateway(one)).map(({ service }) => service);
  const isKnown = witness !== null && witness !== 'packet counters of the engine' && services.length > 0;
  return isKnown ? new Set(services) : null;
}

import type Docker from 'dockerode';
import { docker } from '../../support/engine.js';
import { ownerLabels } from './containers.js';

/** Where a gateway whose APIs have no way out publishes its ports. */
export const edgeOf = (project: string): string => `${project}-edge`;

/**
 * Makes the network that the containers of a project share.
 * @param isInternal it has no way out, and there is another one that has
 */
export async function createNetworks(project: string, isInternal: boolean): Promise<Docker.Network[]> {
  const shared = await create(project, isInternal);
  return isInternal ? [shared, await create(edgeOf(project), false)] : [shared];
}

const create = (Name: string, Internal: boolean): Promise<Docker.Network> =>
  docker.createNetwork({ Name, Internal, Labels: ownerLabels });

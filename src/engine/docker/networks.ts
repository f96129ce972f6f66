import type Docker from 'dockerode';
import { FortressError, messageOf } from '../../errors.js';
import { LABEL } from '../../stack/names.js';
import type { Network } from '../../stack/stack.js';
import { isMissing, tolerate } from './errors.js';

/** Code of the error that says "choose another subnet". */
export const SUBNET_TAKEN = 'SUBNET_TAKEN';

export async function createNetwork(
  docker: Docker,
  project: string,
  { name, internal, addresses }: Network,
): Promise<void> {
  try {
    await docker.createNetwork({
      Name: name,
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: internal,
      Labels: { [LABEL.project]: project },
      ...(addresses && { IPAM: { Config: [{ Subnet: addresses.subnet, IPRange: addresses.dynamicRange }] } }),
    });
  } catch (error) {
    if (addresses && /overlap/i.test(messageOf(error))) {
      throw new FortressError(SUBNET_TAKEN, 1, `the subnet ${addresses.subnet} overlaps with another network`, {
        cause: error,
      });
    }
    throw error;
  }
}

export const removeNetwork = (docker: Docker, name: string): Promise<void> =>
  tolerate(docker.getNetwork(name).remove(), isMissing);

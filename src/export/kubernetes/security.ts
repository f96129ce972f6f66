import type { IPodSecurityContext } from 'kubernetes-models/v1/PodSecurityContext';
import type { Service } from '../../stack/stack.js';
import { portsOf } from './ports.js';

/** `uid:gid`, as numbers. */
function userOf({ user }: Service): { uid: number; gid: number } {
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  return { uid, gid };
}

/** Whether the pods of a service keep all rules of the Pod Security Standard "restricted". */
export const isRestricted = (service: Service): boolean => userOf(service).uid !== 0;

/** Ports below this one are for root alone, unless the network's owner says otherwise. */
const PRIVILEGED_PORTS = 1024;

/** Who the containers of a service run as, and what their kernel lets them do. */
export function podSecurity(service: Service): IPodSecurityContext {
  const { uid, gid } = userOf(service);
  const lowest = Math.min(...portsOf(service).map(({ port }) => port));
  return {
    runAsNonRoot: uid !== 0,
    runAsUser: uid,
    runAsGroup: gid,
    // Mounted files and volumes belong to this group. Group 0 is root's: then the user's own number.
    fsGroup: gid || uid,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
    sysctls:
      lowest < PRIVILEGED_PORTS ? [{ name: 'net.ipv4.ip_unprivileged_port_start', value: String(lowest) }] : undefined,
  };
}

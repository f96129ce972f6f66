import type { FortressConfig } from '../../../src/config/types.js';

/** A change for which there is no room on the disk of the state folder. */
export interface DiskFullCase {
  name: string;
  fast: boolean;
  change: FortressConfig;
  /** KiB that are left; a file takes whole pages of 4 KiB. */
  leave: number;
}

const apis = (memory: string): FortressConfig['apis'] => ({ v1: { replicas: 2, memory }, v2: { debug: true } });

export const BEFORE: FortressConfig = { apis: apis('256m') };

export const DISK_FULL_CASES: readonly DiskFullCase[] = [
  { name: 'no room at all', fast: false, change: { apis: apis('257m') }, leave: 0 },
  {
    name: 'room for half a lock',
    fast: false,
    change: { apis: apis('257m'), gateway: { users: ['admin', 'guest'] } },
    leave: 4,
  },
  {
    name: 'room for the change and none for its generation',
    fast: false,
    change: { apis: apis('258m'), gateway: { users: ['admin', 'guest'] } },
    leave: 8,
  },
];

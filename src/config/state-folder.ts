import { join } from 'node:path';

/** Where a project keeps what it must remember: secrets, certificates, lock, build contexts, generations. */
export const stateFolder = (root: string): string => join(root, '.fortress');

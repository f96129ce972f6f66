import { isAbsolute, sep } from 'node:path';

/** Whether a path that is relative to a folder leaves it. Pure. */
export const leadsOut = (path: string): boolean => path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);

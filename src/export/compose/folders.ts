import { contextOwner } from '../builds.js';
import type { ExportedBuild } from '../exported.js';

/** Closed to other users of the machine: what is in it must be readable for the users in the containers. */
export const FILES_FOLDER = 'files';

/** Where the files of a service lie, relative to the compose file. */
export const containerFolder = (service: string): string => `${FILES_FOLDER}/${service}`;

/** Where the build context of an API lies, which it may share with others. */
export const contextFolder = (builds: Record<string, ExportedBuild>, service: string): string =>
  `build/${contextOwner(builds, service)}`;

/** The certificate that clients are to trust. */
export const CA_FILE = 'ca.crt';

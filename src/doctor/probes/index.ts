import type { Probe } from '../probe.js';
import { configuration } from './configuration.js';
import { diskSpace } from './disk-space.js';
import { engineReachable } from './engine-reachable.js';
import { engineVersion } from './engine-version.js';
import { imageTools } from './image-tools.js';
import { nodeVersion } from './node-version.js';
import { ports } from './ports.js';
import { protection } from './protection.js';
import { resources } from './resources.js';
import { secrets } from './secrets.js';

/** All probes, in the order in which they are shown. */
export const PROBES: readonly Probe[] = [
  nodeVersion,
  configuration,
  engineReachable,
  engineVersion,
  protection,
  resources,
  diskSpace,
  imageTools,
  ports,
  secrets,
];

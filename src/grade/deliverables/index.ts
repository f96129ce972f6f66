import type { Deliverable } from './deliverable.js';
import { filesPresent } from './files-present.js';
import { healthchecks } from './healthchecks.js';
import { imagesPinned } from './images-pinned.js';
import { keyHistory } from './key-history.js';
import { makefileTargets } from './makefile-targets.js';
import { nonRoot } from './non-root.js';
import { privateKeys } from './private-keys.js';
import { readme } from './readme.js';
import { startOrder } from './start-order.js';
import { staysInside } from './stays-inside.js';

/** Every deliverable that is looked at, in the order of the report. */
export const DELIVERABLES: readonly Deliverable[] = [
  filesPresent,
  makefileTargets,
  readme,
  privateKeys,
  keyHistory,
  imagesPinned,
  nonRoot,
  healthchecks,
  startOrder,
  staysInside,
];

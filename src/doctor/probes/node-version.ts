import type { Probe } from '../probe.js';

/** Oldest Node.js that everything here runs on; package.json's `engines` says the same. */
export const MINIMUM_NODE = [20, 19] as const;

export const nodeVersion: Probe = {
  id: 'node.version',
  async run() {
    const found = process.versions.node;
    const enough = isRecentEnough(found);
    return [
      {
        title: 'Node.js',
        status: enough ? 'ok' : 'fail',
        found,
        why: `fortress needs Node.js ${MINIMUM_NODE.join('.')} or newer`,
        fix: enough ? null : 'install a current version from https://nodejs.org/',
      },
    ];
  },
};

/** Whether a version such as `20.20.2` is the oldest one that will do, or newer. Pure. */
export function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = MINIMUM_NODE;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

import type { Check } from '../check.js';
import type { DeployedContainer } from '../deployment.js';
import { judgeHygiene, together } from '../hygiene.js';

/** Only warns: an engine whose kernel knows no such limits leaves them out of what it was told, and nobody here can help. */
export const hygieneLimits: Check = {
  id: 'hygiene.limits',
  title: 'No container can use up the machine',
  objective: 8,
  severity: 'warning',
  kind: 'paced',
  ownOnly: true,
  run: async ({ spec }) =>
    judgeHygiene(spec.deployment, {
      expected: 'limits of memory, processes and log in every container',
      concerns: ({ running }) => running,
      problem: faultsOf,
      hint: 'In a compose file: `mem_limit`, `pids_limit`, and `logging: { options: { max-size: 10m } }`. Whether the engine can limit at all `fortress doctor` says.',
    }),
};

const faultsOf = ({ confinement: { memory, pids, logIsBounded } }: DeployedContainer): string | null =>
  together([
    memory === 0 && 'may use all memory',
    pids === 0 && 'may start any number of processes',
    !logIsBounded && 'has a log without an end',
  ]);

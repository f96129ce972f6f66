import type { Check } from '../check.js';
import { judgeConfinement } from '../hygiene.js';

export const hygieneFilesystem: Check = {
  id: 'hygiene.filesystem',
  title: 'No container can change the programs that it runs',
  objective: 8,
  severity: 'major',
  kind: 'paced',
  ownOnly: true,
  run: async ({ spec }) =>
    judgeConfinement(spec.deployment, {
      expected: 'a read-only root file system in every container',
      concerns: ({ running }) => running,
      problem: ({ confinement }) => (confinement.readOnlyRoot ? null : 'has a root file system that can be written'),
      hint: 'In a compose file: `read_only: true`, with `tmpfs: [/tmp]` for what must be written. `fortress restart` makes the containers of fortress anew.',
    }),
};

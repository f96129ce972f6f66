import type { Check } from '../check.js';
import { judgeHygiene } from '../hygiene.js';

export const hygieneRestart: Check = {
  id: 'hygiene.restart',
  title: 'Containers come back after a crash',
  objective: 8,
  severity: 'warning',
  kind: 'paced',
  run: async ({ spec }) =>
    judgeHygiene(spec.deployment, {
      expected: 'a restart policy for every container',
      concerns: ({ running }) => running,
      problem: ({ restartPolicy }) => (restartPolicy === 'no' ? 'has none' : null),
      hint: 'Set `restart: unless-stopped` in the compose file.',
    }),
};

import type { Check } from '../check.js';
import { judgeHygiene } from '../hygiene.js';

const ROOT = /^(?:|0|root)(?::|$)/;

export const hygieneUsers: Check = {
  id: 'hygiene.users',
  title: 'No container runs as root',
  objective: 8,
  severity: 'warning',
  kind: 'paced',
  run: async ({ spec }) =>
    judgeHygiene(spec.deployment, {
      expected: 'a user other than root in every container',
      concerns: ({ running }) => running,
      problem: ({ user }) => (ROOT.test(user) ? `runs as ${user || 'root'}` : null),
      hint: 'Set `user:` in the compose file, or `USER` in the Dockerfile; for nginx there is nginxinc/nginx-unprivileged.',
    }),
};

import type { Check } from '../check.js';
import { isMonitoring } from '../deployed-roles.js';
import { judgeHygiene } from '../hygiene.js';

export const hygieneHealth: Check = {
  id: 'hygiene.health',
  title: 'Gateway and APIs have health checks, and are healthy',
  objective: 8,
  severity: 'warning',
  kind: 'paced',
  run: async ({ spec }) =>
    judgeHygiene(spec.deployment, {
      expected: 'a health check that says healthy',
      // Images of the monitoring have no shell to check with; whether they work has checks of its own.
      concerns: (container) => container.running && !isMonitoring(container),
      problem: ({ health }) =>
        health === 'unhealthy' ? 'is unhealthy' : health === null ? 'has no health check' : null,
      hint: 'Set `healthcheck:` in the compose file, or `HEALTHCHECK` in the Dockerfile.',
    }),
};

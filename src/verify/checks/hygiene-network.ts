import type { Check } from '../check.js';
import { containersBehind } from '../deployed-roles.js';
import { judgeConfinement } from '../hygiene.js';

export const hygieneNetwork: Check = {
  id: 'hygiene.network',
  title: 'The APIs have no way out of their network',
  objective: 8,
  severity: 'major',
  kind: 'paced',
  ownOnly: true,
  run: async ({ spec }) => {
    const behind = new Set('unknown' in spec.deployment ? [] : containersBehind(spec.deployment.containers, spec));
    return judgeConfinement(spec.deployment, {
      expected: 'every container behind the gateway in internal networks only',
      concerns: (container) => behind.has(container),
      problem: ({ confinement: { openNetworks } }) =>
        openNetworks.length === 0 ? null : `is in ${openNetworks.join(' and ')}, which leads out`,
      hint: 'In a compose file: a network with `internal: true` for the APIs and the gateway, and another for the gateway alone. With fortress: `docker network disconnect` what was added, then `fortress up`.',
    });
  },
};

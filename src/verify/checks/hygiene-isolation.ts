import type { Check } from '../check.js';
import type { DeployedContainer } from '../deployment.js';
import { judgeConfinement, together } from '../hygiene.js';

export const hygieneIsolation: Check = {
  id: 'hygiene.isolation',
  title: 'No container shares anything with the machine that it runs on',
  objective: 8,
  severity: 'major',
  kind: 'paced',
  ownOnly: true,
  run: async ({ spec }) =>
    judgeConfinement(spec.deployment, {
      expected: 'no namespace, device, file or folder of the machine in any container',
      concerns: ({ running }) => running,
      problem: faultsOf,
      hint: 'In a compose file: no `network_mode`, `pid` or `ipc` of the host, no `devices`, and volumes instead of paths of the machine; least of all the Docker socket. `fortress restart` makes the containers of fortress anew.',
    }),
};

const faultsOf = ({ confinement: { hostNamespaces, devices, hostPaths } }: DeployedContainer): string | null =>
  together([
    hostNamespaces.length > 0 && `lives in the machine's namespaces (${hostNamespaces.join(', ')})`,
    devices.length > 0 && `has devices of the machine (${devices.join(', ')})`,
    hostPaths.length > 0 && `mounts ${hostPaths.join(', ')} of the machine`,
  ]);

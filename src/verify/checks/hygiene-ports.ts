import type { Check } from '../check.js';
import type { DeployedContainer } from '../deployment.js';
import { judgeConfinement } from '../hygiene.js';
import { isPromisedPort, promisedPorts } from '../promised-ports.js';

export const hygienePorts: Check = {
  id: 'hygiene.ports',
  title: 'Nothing is published but what was promised',
  objective: 8,
  severity: 'major',
  kind: 'paced',
  ownOnly: true,
  run: async ({ spec }) => {
    const promised = promisedPorts(spec);
    const unpromised = ({ ports, confinement }: DeployedContainer): string[] => [
      ...ports.filter((port) => !isPromisedPort(port, promised)).map(({ address, port }) => `${address}:${port}`),
      ...confinement.otherPorts,
    ];
    return judgeConfinement(spec.deployment, {
      expected: promised.map(({ address, port }) => `${address ?? '*'}:${port}`).join(', '),
      concerns: ({ running }) => running,
      problem: (container) => {
        const found = unpromised(container);
        return found.length === 0 ? null : `publishes ${found.join(', ')}`;
      },
      hint: 'Publish the ports of the gateway and of the monitoring and no others; those of the monitoring on 127.0.0.1. `fortress restart` makes the containers of fortress anew.',
    });
  },
};

import type { Check } from '../check.js';
import type { DeployedContainer } from '../deployment.js';
import { judgeConfinement, together } from '../hygiene.js';

/** Listening on a port below 1024 takes it where the engine does not open those to everybody. */
const NEEDED = new Set(['NET_BIND_SERVICE']);

export const hygienePrivileges: Check = {
  id: 'hygiene.privileges',
  title: 'No container has a privilege, or a way to gain one',
  objective: 8,
  severity: 'major',
  kind: 'paced',
  ownOnly: true,
  run: async ({ spec }) =>
    judgeConfinement(spec.deployment, {
      expected: 'all capabilities dropped, no-new-privileges, and the engine’s own protections left on',
      concerns: ({ running }) => running,
      problem: faultsOf,
      hint: 'In a compose file: `cap_drop: [ALL]` and `security_opt: ["no-new-privileges:true"]`, no `privileged`. `fortress restart` makes the containers of fortress anew.',
    }),
};

function faultsOf({ confinement }: DeployedContainer): string | null {
  const added = confinement.addedCapabilities.filter((name) => !NEEDED.has(name));
  return together([
    confinement.privileged && 'is privileged',
    !confinement.dropsAllCapabilities && 'keeps the capabilities that the engine gives by default',
    added.length > 0 && `has ${added.join(' and ')}`,
    !confinement.noNewPrivileges && 'may gain privileges (no `no-new-privileges`)',
    confinement.unconfined.length > 0 && `runs without ${confinement.unconfined.join(' and ')}`,
  ]);
}

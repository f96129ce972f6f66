import type { EngineState } from '../engine-state.js';
import type { Machine } from './machine.js';

/** What `--fix` would do. */
export type FixPlan =
  | { kind: 'nothing' }
  /** A person must do it: exact steps. */
  | { kind: 'manual'; steps: string[] }
  | { kind: 'automatic'; packages: string[]; start: boolean };

const DEFAULT_SOCKETS = ['unix:///var/run/docker.sock', 'unix:///run/docker.sock'];

/** Decides what to do about engine and image tools. An engine that runs is never replaced. Pure. */
export function planFix(engine: EngineState, machine: Machine): FixPlan {
  if (engine.state === 'ready') {
    const packages = engine.facts.imageTools.needed ? machine.missingForImages : [];
    return packages.length === 0 ? { kind: 'nothing' } : inCaseOfApt(machine, packages, false);
  }
  if (engine.state !== 'unreachable') return { kind: 'manual', steps: [engine.hint] };
  if (!DEFAULT_SOCKETS.includes(engine.address.url)) return { kind: 'manual', steps: foreignAddress(engine.address) };
  return inCaseOfApt(machine, [...machine.missingForEngine, ...machine.missingForImages], true);
}

function inCaseOfApt(machine: Machine, packages: string[], start: boolean): FixPlan {
  const debian = machine.platform === 'linux' && machine.apt && isDebian(machine);
  if (!debian || machine.privilege === 'none') return { kind: 'manual', steps: manualSteps(machine, packages, start) };
  return { kind: 'automatic', packages, start };
}

const isDebian = ({ distribution }: Machine): boolean => ['debian', 'ubuntu'].some((id) => distribution.includes(id));

/** We cannot know what is meant to listen at an address that somebody chose. */
function foreignAddress({ url, origin }: { url: string; origin: string }): string[] {
  const reset = origin.startsWith('docker context') ? 'docker context use default' : `unset ${origin}`;
  return [`start the engine that ${origin} names (${url})`, `or use this machine's own: ${reset}`];
}

/** How the engine is installed where apt is not at hand: distribution and command. */
const INSTALL_COMMANDS: [string, string][] = [
  ['fedora', 'sudo dnf install -y moby-engine'],
  ['arch', 'sudo pacman -S --noconfirm docker'],
  ['alpine', 'sudo apk add docker'],
  ['suse', 'sudo zypper install -y docker'],
];

function manualSteps(machine: Machine, packages: string[], start: boolean): string[] {
  if (machine.platform === 'darwin') return ['brew install colima docker && colima start --cpu 2 --memory 4'];
  if (machine.platform === 'win32') return ['install and start Docker Desktop: https://docs.docker.com/desktop/'];
  const startSteps = start ? [`start it: ${startCommand(machine)}`] : [];
  if (isDebian(machine)) {
    const install = `as root: apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
    return packages.length === 0 ? startSteps : [install, ...startSteps];
  }
  if (!start) return ['give the Docker Engine a way to a container registry, or run fortress on Debian or Ubuntu'];
  const known = INSTALL_COMMANDS.find(([id]) => machine.distribution.includes(id))?.[1];
  return [known ?? 'install the Docker Engine: https://docs.docker.com/engine/install/', ...startSteps];
}

const startCommand = ({ services }: Machine): string =>
  services === 'systemd' ? 'sudo systemctl enable --now docker' : 'sudo service docker start';

/** What will be done, one line each, for people. Pure. */
export function describeFix({ packages, start }: { packages: string[]; start: boolean }): string[] {
  return [
    ...(packages.length > 0 ? [`install with apt-get, without recommended packages: ${packages.join(' ')}`] : []),
    ...(start ? ['start the Docker Engine'] : []),
  ];
}

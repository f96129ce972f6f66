import { describe, expect, it } from 'vitest';
import { parseDistribution, type Machine } from '../../../../src/doctor/fix/machine.js';
import { describeFix, planFix } from '../../../../src/doctor/fix/plan-fix.js';
import { notReady, ready } from '../fixture.js';

const machine = (overrides: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  distribution: ['debian'],
  apt: true,
  privilege: 'root',
  services: 'none',
  missingForEngine: ['docker.io', 'iptables'],
  missingForImages: ['mmdebstrap'],
  ...overrides,
});
const needsImageTools = ready({ imageTools: { needed: true, reason: 'no registry answers' } });

describe('an engine that runs', () => {
  it('is used as it is', () => {
    expect(planFix(ready(), machine())).toEqual({ kind: 'nothing' });
  });

  it('gets image tools where no registry answers, and only what is missing', () => {
    expect(planFix(needsImageTools, machine())).toEqual({ kind: 'automatic', packages: ['mmdebstrap'], start: false });
    expect(planFix(needsImageTools, machine({ missingForImages: [] }))).toEqual({ kind: 'nothing' });
  });

  it.each(['forbidden', 'hanging', 'unsuitable'] as const)('and is %s is never replaced', (state) => {
    expect(planFix(notReady(state), machine())).toEqual({ kind: 'manual', steps: ['start it'] });
  });
});

describe('a machine without an engine', () => {
  it('gets what is missing on Debian and its kin, as root or with sudo', () => {
    const all = { kind: 'automatic', packages: ['docker.io', 'iptables', 'mmdebstrap'], start: true };
    expect(planFix(notReady('unreachable'), machine())).toEqual(all);
    const ubuntu = machine({ distribution: ['ubuntu', 'debian'], privilege: 'sudo' });
    expect(planFix(notReady('unreachable'), ubuntu)).toEqual(all);
  });

  it('gets the engine started where it is installed', () => {
    const installed = machine({ missingForEngine: [], missingForImages: [] });
    expect(planFix(notReady('unreachable'), installed)).toEqual({ kind: 'automatic', packages: [], start: true });
  });

  it('is left to its owner where somebody chose another address', () => {
    const host = { url: 'tcp://build:2376', origin: 'DOCKER_HOST' };
    expect(planFix(notReady('unreachable', host), machine())).toEqual({
      kind: 'manual',
      steps: [
        'start the engine that DOCKER_HOST names (tcp://build:2376)',
        "or use this machine's own: unset DOCKER_HOST",
      ],
    });
    const other = { url: 'unix:///home/ana/.colima/docker.sock', origin: 'docker context colima' };
    expect(planFix(notReady('unreachable', other), machine())).toMatchObject({
      steps: [expect.any(String), expect.stringContaining('docker context use default')],
    });
  });

  it.each<[string, Partial<Machine>, string[]]>([
    [
      'Debian without root',
      { privilege: 'none' },
      [
        'as root: apt-get update && apt-get install -y --no-install-recommends docker.io iptables mmdebstrap',
        'start it: sudo service docker start',
      ],
    ],
    [
      'Fedora',
      { distribution: ['fedora'], apt: false, services: 'systemd' },
      ['sudo dnf install -y moby-engine', 'start it: sudo systemctl enable --now docker'],
    ],
    ['macOS', { platform: 'darwin', apt: false }, ['brew install colima docker && colima start --cpu 2 --memory 4']],
    [
      'an unknown distribution',
      { distribution: ['void'], apt: false },
      ['install the Docker Engine: https://docs.docker.com/engine/install/', 'start it: sudo service docker start'],
    ],
  ])('on %s is told the exact steps', (_, overrides, steps) => {
    expect(planFix(notReady('unreachable'), machine(overrides))).toEqual({ kind: 'manual', steps });
  });
});

it('is described before it is done', () => {
  expect(describeFix({ packages: ['docker.io'], start: true })).toEqual([
    'install with apt-get, without recommended packages: docker.io',
    'start the Docker Engine',
  ]);
});

it('reads what distribution this is', () => {
  expect(parseDistribution('PRETTY_NAME="Ubuntu 24.04"\nID=ubuntu\nID_LIKE=debian\n')).toEqual(['ubuntu', 'debian']);
  expect(parseDistribution('ID="rhel"\nID_LIKE="fedora centos"\n')).toEqual(['rhel', 'fedora', 'centos']);
  expect(parseDistribution('')).toEqual([]);
});

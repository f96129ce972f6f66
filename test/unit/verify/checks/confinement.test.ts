import { describe, expect, it } from 'vitest';
import type { Check } from '../../../../src/verify/check.js';
import { hygieneFilesystem } from '../../../../src/verify/checks/hygiene-filesystem.js';
import { hygieneIsolation } from '../../../../src/verify/checks/hygiene-isolation.js';
import { hygieneLimits } from '../../../../src/verify/checks/hygiene-limits.js';
import { hygieneNetwork } from '../../../../src/verify/checks/hygiene-network.js';
import { hygienePorts } from '../../../../src/verify/checks/hygiene-ports.js';
import { hygienePrivileges } from '../../../../src/verify/checks/hygiene-privileges.js';
import type { Confinement, DeployedContainer } from '../../../../src/verify/deployment.js';
import { promisedBy } from '../../../../src/verify/select-checks.js';
import type { Target, TargetSpec } from '../../../../src/verify/target.js';
import { makeContainer, published } from '../support/containers.js';
import { makeSpec } from '../support/spec.js';

async function ask(
  check: Check,
  containers: DeployedContainer[],
  more: Partial<TargetSpec> = {},
): Promise<{ verdict: string; found: string | undefined }> {
  const target = { spec: makeSpec({ deployment: { containers }, ...more }) } as Target;
  const { verdict, expectations } = await check.run(target);
  return { verdict, found: expectations[0]?.found };
}

const gateway = makeContainer('nginx', { ports: [published(443, 443)] });
const withFault = (confinement: Partial<Confinement>): DeployedContainer[] => [
  gateway,
  makeContainer('api', { confinement }),
];

const FAULTS: [check: Check, fault: Partial<Confinement>, found: string][] = [
  [hygienePrivileges, { privileged: true }, 'api is privileged'],
  [hygienePrivileges, { dropsAllCapabilities: false }, 'api keeps the capabilities that the engine gives by default'],
  [hygienePrivileges, { addedCapabilities: ['NET_BIND_SERVICE', 'NET_RAW'] }, 'api has NET_RAW'],
  [hygienePrivileges, { noNewPrivileges: false }, 'api may gain privileges (no `no-new-privileges`)'],
  [hygienePrivileges, { unconfined: ['seccomp'] }, 'api runs without seccomp'],
  [hygieneFilesystem, { readOnlyRoot: false }, 'api has a root file system that can be written'],
  [hygieneIsolation, { hostNamespaces: ['pid'] }, "api lives in the machine's namespaces (pid)"],
  [hygieneIsolation, { devices: ['/dev/kmsg'] }, 'api has devices of the machine (/dev/kmsg)'],
  [hygieneIsolation, { hostPaths: ['/etc'] }, 'api mounts /etc of the machine'],
  [hygieneNetwork, { openNetworks: ['edge'] }, 'api is in edge, which leads out'],
  [hygienePorts, { otherPorts: ['0.0.0.0:53/udp'] }, 'api publishes 0.0.0.0:53/udp'],
];

describe('what fortress promises of its containers', () => {
  it.each(FAULTS)('$id fails for %j', async (check, fault, found) => {
    expect(await ask(check, withFault(fault))).toEqual({ verdict: 'fail', found });
    expect(await ask(check, withFault({}))).toEqual({ verdict: 'pass', found: 'yes' });
  });

  it('is asked of nobody else', () => {
    const checks = [
      hygieneFilesystem,
      hygieneIsolation,
      hygieneLimits,
      hygieneNetwork,
      hygienePorts,
      hygienePrivileges,
    ];
    const other = { ...hygieneLimits, id: 'other' };
    delete other.ownOnly;
    expect(promisedBy(makeSpec(), [...checks, other])).toEqual([other]);
    expect(promisedBy(makeSpec({ isOwn: true }), checks)).toEqual(checks);
  });

  it('is not known without an engine', async () => {
    const deployment = { unknown: 'there is no engine' };
    for (const check of [hygienePrivileges, hygieneNetwork, hygienePorts, hygieneLimits])
      expect((await ask(check, [], { deployment })).verdict).toBe('skip');
  });
});

describe('hygiene.limits', () => {
  it.each<[Partial<Confinement>, string]>([
    [{ memory: 0 }, 'api may use all memory'],
    [{ pids: 0 }, 'api may start any number of processes'],
    [{ logIsBounded: false }, 'api has a log without an end'],
    [{ memory: 0, pids: 0 }, 'api may use all memory, may start any number of processes'],
  ])('warns of %j', async (fault, found) => {
    expect(await ask(hygieneLimits, withFault(fault))).toEqual({ verdict: 'warn', found });
    expect((await ask(hygieneLimits, withFault({}))).verdict).toBe('pass');
  });
});

describe('hygiene.network', () => {
  it('lets gateway and monitoring out', async () => {
    const open = { confinement: { openNetworks: ['edge'] } };
    const entrance = { ...makeContainer('nginx', open), ports: gateway.ports };
    const monitoring = makeContainer('prometheus', open);
    expect((await ask(hygieneNetwork, [entrance, monitoring, makeContainer('api')])).verdict).toBe('pass');
  });
});

const publishing = (port: number, address?: string) => [
  gateway,
  makeContainer('api', { ports: [published(port, 8000, address)] }),
];

describe('hygiene.ports', () => {
  it('knows the ports of the addresses that were given', async () => {
    const monitoring = { exporter: 'http://127.0.0.1:9113' };
    expect((await ask(hygienePorts, publishing(9113), monitoring)).verdict).toBe('pass');
    expect(await ask(hygienePorts, publishing(8000))).toEqual({ verdict: 'fail', found: 'api publishes 0.0.0.0:8000' });
  });

  it('knows where they may be published', async () => {
    const promised = {
      published: [
        { address: '0.0.0.0', port: 443 },
        { address: '127.0.0.1', port: 9090 },
      ],
    };
    expect((await ask(hygienePorts, publishing(9090, '127.0.0.1'), promised)).verdict).toBe('pass');
    expect((await ask(hygienePorts, publishing(443, '::'), promised)).verdict).toBe('pass');
    expect(await ask(hygienePorts, publishing(9090, '0.0.0.0'), promised)).toEqual({
      verdict: 'fail',
      found: 'api publishes 0.0.0.0:9090',
    });
  });
});

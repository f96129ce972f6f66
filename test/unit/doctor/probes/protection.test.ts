import { describe, expect, it } from 'vitest';
import { protectionOf } from '../../../../src/doctor/engine-state.js';
import { judgeAccess, judgeLimits, judgeSystemCalls, protection } from '../../../../src/doctor/probes/protection.js';
import { context, notReady, ready } from '../fixture.js';

const SOCKET = { url: 'unix:///var/run/docker.sock', origin: 'default socket' };
const GOOD = {
  MemoryLimit: true,
  PidsLimit: true,
  SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default', 'name=rootless'],
  Warnings: null,
};

describe('what the engine says of itself', () => {
  it('is read', () => {
    expect(protectionOf(GOOD)).toEqual({
      limitsMemory: true,
      limitsProcesses: true,
      seccompProfile: 'default',
      mandatoryAccess: ['AppArmor'],
      rootless: true,
      openToNetwork: null,
    });
    expect(protectionOf({ SecurityOptions: ['name=selinux'] })).toMatchObject({
      seccompProfile: null,
      mandatoryAccess: ['SELinux'],
      rootless: false,
    });
  });

  it('is nothing where it says nothing', () => {
    expect(protectionOf({ SecurityOptions: null, Warnings: null })).toEqual({
      limitsMemory: false,
      limitsProcesses: false,
      seccompProfile: null,
      mandatoryAccess: [],
      rootless: false,
      openToNetwork: null,
    });
  });
});

describe('limits', () => {
  it('are well where the kernel has them', () => {
    expect(judgeLimits(protectionOf(GOOD)).status).toBe('ok');
  });

  it('that are left out are named, with the way to them', () => {
    expect(judgeLimits(protectionOf({ PidsLimit: true }))).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('cannot limit memory:') as string,
      fix: expect.stringContaining('cgroup_enable=memory') as string,
    });
    expect(judgeLimits(protectionOf({})).found).toContain('memory and processes');
  });
});

describe('isolation', () => {
  it('is seccomp, and what there is besides', () => {
    expect(judgeSystemCalls(protectionOf(GOOD))).toMatchObject({
      status: 'ok',
      found: 'seccomp (default), AppArmor, an engine without root',
    });
  });

  it.each([[['name=seccomp,profile=unconfined']], [[]]])('is warned of without it: %j', (SecurityOptions) => {
    expect(judgeSystemCalls(protectionOf({ SecurityOptions }))).toMatchObject({
      status: 'warn',
      found: 'containers may make every system call',
    });
  });
});

describe('access to the engine', () => {
  const closed = protectionOf(GOOD);

  it.each([
    SOCKET,
    { url: 'ssh://ann@build', origin: 'DOCKER_HOST' },
    { url: 'tcp://10.0.0.7:2376', origin: 'DOCKER_HOST', certificates: '/home/ann/.docker' },
  ])('by $url is well', (address) => {
    expect(judgeAccess(closed, address).status).toBe('ok');
  });

  it('without TLS is warned of, whoever says so', () => {
    expect(judgeAccess(closed, { url: 'tcp://10.0.0.7:2375', origin: 'DOCKER_HOST' }).status).toBe('warn');
    const warning = '[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption.';
    expect(judgeAccess(protectionOf({ ...GOOD, Warnings: ['no swap', warning] }), SOCKET)).toMatchObject({
      status: 'warn',
      found: warning,
    });
  });
});

it('nothing is said of an engine that does not answer', async () => {
  expect(await protection.run(context(notReady('unreachable')))).toEqual([]);
  expect((await protection.run(context(ready()))).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
});

import type { ContainerInfo, ContainerInspectInfo, HostConfig } from 'dockerode';
import { expect, test } from 'vitest';
import { confinementOf } from '../../../../src/engine/docker/confinement.js';
import type { Confinement } from '../../../../src/verify/deployment.js';

const INTERNAL = new Set(['backend']);

const confinement = (
  HostConfig: HostConfig | object,
  { Ports = [], ...more }: { Ports?: object[]; Mounts?: object[]; NetworkSettings?: object } = {},
): Confinement =>
  confinementOf(
    { Ports } as unknown as ContainerInfo,
    { HostConfig, ...more } as unknown as ContainerInspectInfo,
    INTERNAL,
  );

test('a container as compose makes it when nobody says more', () => {
  const nothing = {
    Privileged: false,
    CapAdd: null,
    CapDrop: null,
    SecurityOpt: null,
    MaskedPaths: ['/proc/kcore'],
    ReadonlyRootfs: false,
    PidMode: '',
    IpcMode: 'private',
    UTSMode: '',
    UsernsMode: '',
    NetworkMode: 'shop',
    Devices: null,
    DeviceRequests: null,
    Memory: 0,
    PidsLimit: null,
    LogConfig: { Type: 'json-file', Config: {} },
  };
  expect(confinement(nothing, { Mounts: [], NetworkSettings: { Networks: { shop: {} } } })).toEqual({
    privileged: false,
    dropsAllCapabilities: false,
    addedCapabilities: [],
    noNewPrivileges: false,
    unconfined: [],
    readOnlyRoot: false,
    hostNamespaces: [],
    devices: [],
    hostPaths: [],
    memory: 0,
    pids: 0,
    logIsBounded: false,
    openNetworks: ['shop'],
    otherPorts: [],
  });
});

test('one as fortress makes it', () => {
  const right = {
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    ReadonlyRootfs: true,
    Memory: 1024,
    PidsLimit: 64,
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
  };
  const found = confinement(right, {
    Mounts: [{ Type: 'volume', Source: '/var/lib/docker/volumes/x/_data' }],
    NetworkSettings: { Networks: { backend: {} } },
  });
  expect(found).toMatchObject({
    dropsAllCapabilities: true,
    noNewPrivileges: true,
    readOnlyRoot: true,
    memory: 1024,
    pids: 64,
    logIsBounded: true,
    hostPaths: [],
    openNetworks: [],
  });
});

test.each([
  [['no-new-privileges'], true],
  [['no-new-privileges=true'], true],
  [['no-new-privileges:false'], false],
])('%j means no new privileges: %s', (SecurityOpt, expected) => {
  expect(confinement({ SecurityOpt }).noNewPrivileges).toBe(expected);
});

test('capabilities in any notation', () => {
  expect(confinement({ CapAdd: ['cap_sys_admin', 'NET_RAW'], CapDrop: ['all'] })).toMatchObject({
    addedCapabilities: ['SYS_ADMIN', 'NET_RAW'],
    dropsAllCapabilities: true,
  });
  expect(confinement({ CapDrop: ['NET_RAW'] }).dropsAllCapabilities).toBe(false);
});

test('protections that are switched off', () => {
  const SecurityOpt = ['seccomp=unconfined', 'apparmor:unconfined', 'label=type:x'];
  expect(confinement({ SecurityOpt }).unconfined).toEqual(['seccomp', 'apparmor']);
  expect(confinement({ MaskedPaths: [] }).unconfined).toEqual(['masked paths']);
});

test('what it shares with the machine', () => {
  const host = {
    PidMode: 'host',
    IpcMode: 'host',
    NetworkMode: 'host',
    Devices: [{ PathOnHost: '/dev/kmsg' }],
    DeviceRequests: [{ Driver: '' }, { Driver: 'nvidia' }],
  };
  const Mounts = [{ Type: 'bind', Source: '/var/run/docker.sock' }, { Type: 'tmpfs' }];
  expect(confinement(host, { Mounts, NetworkSettings: { Networks: { host: {} } } })).toMatchObject({
    hostNamespaces: ['pid', 'ipc', 'network'],
    devices: ['/dev/kmsg', 'gpu', 'nvidia'],
    hostPaths: ['/var/run/docker.sock'],
    openNetworks: ['host'],
  });
});

test('limits that are none, and logs that end without one', () => {
  expect(confinement({ PidsLimit: -1 }).pids).toBe(0);
  expect(confinement({ LogConfig: { Type: 'local', Config: {} } }).logIsBounded).toBe(true);
});

test('published ports that are not TCP', () => {
  const Ports = [
    { IP: '0.0.0.0', PrivatePort: 53, PublicPort: 53, Type: 'udp' },
    { IP: '0.0.0.0', PrivatePort: 443, PublicPort: 443, Type: 'tcp' },
    { PrivatePort: 69, Type: 'udp' },
  ];
  expect(confinement({}, { Ports }).otherPorts).toEqual(['0.0.0.0:53/udp']);
});

import type { HostConfig } from 'dockerode';
import { all, edit, type SabotageCase } from '../support/sabotage-case.js';
import type { ApiContainer, StudentStack } from '../support/student-stack.js';

// What fortress promises of the containers that it makes, and asks of nobody else's: here somebody
// has confined a solution in the same way, and left one thing out.

const CONFINED: HostConfig = {
  ReadonlyRootfs: true,
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges:true'],
  Memory: 256 * 1024 ** 2,
  PidsLimit: 512,
  Tmpfs: { '/tmp': 'mode=1777' },
  LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
};
/** Where the suite puts the files of the gateway, which could not be put into a read-only root. */
const FILES: HostConfig = { Mounts: [{ Type: 'volume', Source: '', Target: '/etc/nginx' }] };

const CONFINEMENT = {
  'hygiene.privileges': 'pass',
  'hygiene.filesystem': 'pass',
  'hygiene.isolation': 'pass',
  'hygiene.limits': 'pass',
  'hygiene.network': 'pass',
  'hygiene.ports': 'pass',
  'hygiene.secrets': 'pass',
} as const;

const confined = (stack: StudentStack): StudentStack => ({
  ...stack,
  isInternal: true,
  apis: stack.apis.map((api) => ({ ...api, host: CONFINED })),
  gateway: { ...stack.gateway, host: { ...CONFINED, ...FILES } },
});

/** Changes one of the APIs. */
const anApi = (change: (api: ApiContainer) => ApiContainer): SabotageCase['change'] =>
  all(confined, (stack) => ({
    ...stack,
    apis: stack.apis.map((api) => (api.alias === 'api-v1-2' ? change(api) : api)),
  }));

const apiHost = (host: HostConfig): SabotageCase['change'] =>
  anApi((api) => ({ ...api, host: { ...CONFINED, ...host } }));

const gatewayHost = (host: HostConfig): SabotageCase['change'] =>
  all(confined, (stack) => ({
    ...stack,
    gateway: { ...stack.gateway, host: { ...CONFINED, ...FILES, ...host } },
  }));

export const CONFINEMENT_CASES: SabotageCase[] = [
  { id: 'confined-right', kind: 'variant', what: 'as it should be', change: confined, expect: CONFINEMENT, fast: true },
  {
    id: 'confined-capabilities',
    kind: 'sabotage',
    what: 'a replica keeps the capabilities that the engine gives',
    change: apiHost({ CapDrop: [] }),
    expect: { ...CONFINEMENT, 'hygiene.privileges': 'fail' },
  },
  {
    id: 'confined-added-capability',
    kind: 'sabotage',
    what: 'the gateway gets one back that it does not need',
    change: gatewayHost({ CapAdd: ['NET_RAW'] }),
    expect: { ...CONFINEMENT, 'hygiene.privileges': 'fail' },
  },
  {
    id: 'confined-low-port',
    kind: 'variant',
    what: 'the gateway gets the one back that listening on port 80 may take',
    change: gatewayHost({ CapAdd: ['NET_BIND_SERVICE'] }),
    expect: CONFINEMENT,
  },
  {
    id: 'confined-new-privileges',
    kind: 'sabotage',
    what: 'a replica may gain privileges',
    change: apiHost({ SecurityOpt: [] }),
    expect: { ...CONFINEMENT, 'hygiene.privileges': 'fail' },
  },
  {
    id: 'confined-no-seccomp',
    kind: 'sabotage',
    what: 'a replica may make any system call',
    change: apiHost({ SecurityOpt: ['no-new-privileges:true', 'seccomp=unconfined'] }),
    expect: { ...CONFINEMENT, 'hygiene.privileges': 'fail' },
  },
  {
    id: 'confined-privileged',
    kind: 'sabotage',
    what: 'the gateway is privileged',
    change: gatewayHost({ Privileged: true }),
    expect: { ...CONFINEMENT, 'hygiene.privileges': 'fail' },
  },
  {
    id: 'confined-writable',
    kind: 'sabotage',
    what: 'a replica can write its root file system',
    change: apiHost({ ReadonlyRootfs: false }),
    expect: { ...CONFINEMENT, 'hygiene.filesystem': 'fail' },
  },
  {
    id: 'confined-host-file',
    kind: 'sabotage',
    what: 'a file of the machine is mounted into the gateway',
    change: gatewayHost({ Binds: ['/etc/hostname:/machine:ro'] }),
    expect: { ...CONFINEMENT, 'hygiene.isolation': 'fail' },
  },
  {
    id: 'confined-host-processes',
    kind: 'sabotage',
    what: "a replica sees the machine's processes",
    change: apiHost({ PidMode: 'host' }),
    expect: { ...CONFINEMENT, 'hygiene.isolation': 'fail' },
  },
  {
    id: 'confined-unlimited',
    kind: 'sabotage',
    what: 'a replica may use all memory, and start any number of processes',
    change: apiHost({ Memory: 0, PidsLimit: 0 }),
    expect: { ...CONFINEMENT, 'hygiene.limits': ['warn', 'fail'] },
  },
  {
    id: 'confined-endless-log',
    kind: 'sabotage',
    what: "the gateway's log has no end",
    change: gatewayHost({ LogConfig: { Type: 'json-file', Config: {} } }),
    expect: { ...CONFINEMENT, 'hygiene.limits': ['warn', 'fail'] },
  },
  {
    id: 'confined-way-out',
    kind: 'sabotage',
    what: 'the APIs can reach the rest of the world',
    change: all(confined, (stack) => ({ ...stack, isInternal: false })),
    expect: { ...CONFINEMENT, 'hygiene.network': 'fail' },
  },
  {
    id: 'confined-published',
    kind: 'sabotage',
    what: "the gateway's inner port is published, if only on this machine",
    change: all(confined, (stack) => ({
      ...stack,
      gateway: { ...stack.gateway, published: { ...stack.gateway.published, 8081: stack.ports.other } },
    })),
    expect: { ...CONFINEMENT, 'hygiene.ports': 'fail' },
  },
  {
    id: 'secret-in-environment',
    kind: 'sabotage',
    what: 'a replica is given a password as a variable',
    change: anApi((api) => ({ ...api, env: { DATABASE_PASSWORD: 'not-told' } })),
    expect: { ...CONFINEMENT, 'hygiene.secrets': 'fail' },
  },
  {
    id: 'secret-file-in-environment',
    kind: 'variant',
    what: 'a replica is told of a file with a password',
    change: anApi((api) => ({ ...api, env: { DATABASE_PASSWORD_FILE: '/run/secrets/database' } })),
    expect: CONFINEMENT,
  },
  {
    id: 'secret-in-log',
    kind: 'sabotage',
    what: "the gateway writes everybody's credentials into its log",
    change: all(
      confined,
      edit([
        'access_log /dev/stdout;',
        "log_format all '$request $http_authorization';\n    access_log /dev/stdout all;",
      ]),
    ),
    expect: { ...CONFINEMENT, 'auth.ok': 'pass', 'hygiene.secrets': 'fail' },
  },
];

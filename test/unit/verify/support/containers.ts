import type { Confinement, DeployedContainer } from '../../../../src/verify/deployment.js';
import type { EngineProbe } from '../../../../src/verify/engine-probe.js';

/** Confined as fortress does it. */
const CONFINEMENT: Confinement = {
  privileged: false,
  dropsAllCapabilities: true,
  addedCapabilities: [],
  noNewPrivileges: true,
  unconfined: [],
  readOnlyRoot: true,
  hostNamespaces: [],
  devices: [],
  hostPaths: [],
  memory: 1024 ** 3,
  pids: 64,
  logIsBounded: true,
  openNetworks: [],
  otherPorts: [],
};

type Differences = Partial<Omit<DeployedContainer, 'confinement'>> & { confinement?: Partial<Confinement> };

/** A container that runs as it should. */
export const makeContainer = (name: string, { confinement, ...more }: Differences = {}): DeployedContainer => ({
  id: `${name}-${'0'.repeat(64 - name.length - 1)}`,
  name,
  service: name,
  image: `${name}:1.0`,
  imageId: `sha256:${name}`,
  builtHere: false,
  running: true,
  health: 'healthy',
  user: '10001',
  restartPolicy: 'unless-stopped',
  startedAt: '2026-11-23T10:00:00Z',
  hostNetwork: false,
  ports: [],
  addresses: [],
  confinement: { ...CONFINEMENT, ...confinement },
  ...more,
});

/** Published on every address, as `8443:443` does. */
export const published = (port: number, containerPort: number, address = '0.0.0.0') => ({
  address,
  port,
  containerPort,
});

/** An engine whose containers say nothing, have counted nothing, hold no file and never restarted. */
export const makeEngine = (more: Partial<EngineProbe> = {}): EngineProbe => ({
  logsSince: async () => '',
  receivedPackets: async () => 0,
  readText: async () => '',
  shown: async () => ({ environment: [], container: '{}', image: '{}' }),
  ...more,
});

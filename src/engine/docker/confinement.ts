import type Docker from 'dockerode';
import type { Confinement } from '../../verify/deployment.js';

/** Log drivers that keep files on this machine without an end unless told otherwise. */
const UNBOUNDED_LOG = 'json-file';

/**
 * How a container is confined. Pure.
 * @param internalNetworks names of the networks that have no way out
 */
export function confinementOf(
  listed: Pick<Docker.ContainerInfo, 'Ports'>,
  { HostConfig: host, Mounts, NetworkSettings }: Docker.ContainerInspectInfo,
  internalNetworks: ReadonlySet<string>,
): Confinement {
  return {
    privileged: host.Privileged === true,
    dropsAllCapabilities: capabilities(host.CapDrop).includes('ALL'),
    addedCapabilities: capabilities(host.CapAdd),
    noNewPrivileges: securityOptions(host).some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option)),
    unconfined: switchedOff(host),
    readOnlyRoot: host.ReadonlyRootfs === true,
    hostNamespaces: hostNamespaces(host),
    devices: [
      ...(host.Devices ?? []).map(({ PathOnHost }: { PathOnHost: string }) => PathOnHost),
      ...(host.DeviceRequests ?? []).map(({ Driver }) => Driver || 'gpu'),
    ],
    hostPaths: (Mounts ?? []).filter(({ Type }) => Type === 'bind').map(({ Source }) => Source),
    memory: host.Memory ?? 0,
    // -1 means the same as none.
    pids: Math.max(0, host.PidsLimit ?? 0),
    logIsBounded: isBounded(host.LogConfig),
    openNetworks: Object.keys(NetworkSettings?.Networks ?? {}).filter(
      (network) => network !== 'none' && !internalNetworks.has(network),
    ),
    otherPorts: otherPorts(listed),
  };
}

const capabilities = (names: unknown): string[] =>
  (Array.isArray(names) ? names : []).map((name) => String(name).toUpperCase().replace(/^CAP_/, ''));

const securityOptions = ({ SecurityOpt }: Docker.HostConfig): string[] => (SecurityOpt as string[] | null) ?? [];

/** `seccomp=unconfined`, or with a colon, as older clients write it. */
function switchedOff(host: Docker.HostConfig): string[] {
  const options = securityOptions(host).flatMap((option) => /^(\w+)[:=]unconfined$/.exec(option)?.[1] ?? []);
  return host.MaskedPaths?.length === 0 ? [...options, 'masked paths'] : options;
}

const hostNamespaces = ({ PidMode, IpcMode, UTSMode, UsernsMode, NetworkMode }: Docker.HostConfig): string[] =>
  Object.entries({ pid: PidMode, ipc: IpcMode, uts: UTSMode, user: UsernsMode, network: NetworkMode })
    .filter(([, mode]) => mode === 'host')
    .map(([namespace]) => namespace);

const isBounded = (log: Docker.HostConfig['LogConfig']): boolean =>
  log?.Type !== UNBOUNDED_LOG || log.Config?.['max-size'] !== undefined;

const otherPorts = ({ Ports }: Pick<Docker.ContainerInfo, 'Ports'>): string[] =>
  Ports.filter(({ PublicPort, Type }) => PublicPort && Type !== 'tcp').map(
    ({ IP, PublicPort, Type }) => `${IP}:${PublicPort}/${Type}`,
  );

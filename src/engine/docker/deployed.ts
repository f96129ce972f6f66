import type Docker from 'dockerode';
import { LABEL } from '../../stack/names.js';
import type { DeployedContainer } from '../../verify/deployment.js';
import { confinementOf } from './confinement.js';
import { isMissing } from './errors.js';

const COMPOSE = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  oneOff: 'com.docker.compose.oneoff',
} as const;

/** Ports by which servers are usually told where to listen: `--port 8001`, `0.0.0.0:8001`, `PORT=8001`. */
const NAMED_PORT = /(?:port[ =]|:)(\d{2,5})\b/gi;

/** A container of the engine's list; those of `docker compose run` are nobody's service. */
export const isService = ({ Labels }: Docker.ContainerInfo): boolean => Labels[COMPOSE.oneOff] !== 'True';

export const nameOf = ({ Names }: Docker.ContainerInfo): string => (Names[0] ?? '').replace(/^\//, '');

export const fortressProjectOf = ({ Labels }: Docker.ContainerInfo): string | null => Labels[LABEL.project] ?? null;

export const composeProjectOf = ({ Labels }: Docker.ContainerInfo): string | null => Labels[COMPOSE.project] ?? null;

export const publishedPortsOf = ({ Ports }: Docker.ContainerInfo): number[] => [
  ...new Set(Ports.flatMap(({ PublicPort, Type }) => (PublicPort && Type === 'tcp' ? [PublicPort] : []))),
];

/**
 * What a check may want to know of a container; null when it is gone by now.
 * @param internalNetworks names of the networks that have no way out
 */
export async function readContainer(
  docker: Docker,
  listed: Docker.ContainerInfo,
  internalNetworks: ReadonlySet<string>,
): Promise<DeployedContainer | null> {
  try {
    const container = await docker.getContainer(listed.Id).inspect();
    return {
      ...describe(listed, container),
      builtHere: await isBuiltHere(docker, listed.ImageID),
      confinement: confinementOf(listed, container, internalNetworks),
    };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function describe(
  listed: Docker.ContainerInfo,
  { Config, State, HostConfig }: Docker.ContainerInspectInfo,
): Omit<DeployedContainer, 'builtHere' | 'confinement'> {
  const name = nameOf(listed);
  const hostNetwork = HostConfig.NetworkMode === 'host';
  return {
    id: listed.Id,
    name,
    service: listed.Labels[COMPOSE.service] ?? listed.Labels[LABEL.service] ?? name,
    image: Config.Image,
    imageId: listed.ImageID,
    running: State.Running && !State.Paused && !State.Restarting,
    health: healthOf(State.Health?.Status),
    user: Config.User,
    restartPolicy: HostConfig.RestartPolicy?.Name || 'no',
    startedAt: State.StartedAt,
    hostNetwork,
    ports: hostNetwork && State.Running ? namedPorts(Config) : publishedBy(listed),
    addresses: Object.values(listed.NetworkSettings.Networks).flatMap(({ IPAddress }) => IPAddress || []),
  };
}

function healthOf(status: string | undefined): DeployedContainer['health'] {
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : null;
}

const publishedBy = ({ Ports }: Docker.ContainerInfo): DeployedContainer['ports'] =>
  Ports.flatMap(({ IP, PublicPort, PrivatePort, Type }) =>
    PublicPort && Type === 'tcp' ? [{ address: IP ?? '', port: PublicPort, containerPort: PrivatePort }] : [],
  );

/** In the host's network nothing is published and everything is open: only the image and the command name ports. */
function namedPorts({
  ExposedPorts,
  Entrypoint,
  Cmd,
  Env,
}: Docker.ContainerInspectInfo['Config']): DeployedContainer['ports'] {
  const exposed = Object.keys(ExposedPorts ?? {}).filter((key) => key.endsWith('/tcp'));
  const words = [Entrypoint ?? [], Cmd ?? []].flat().join(' ');
  const environment = (Env ?? []).filter((entry) => /^\w*PORT=\d+$/.test(entry));
  const ports = [
    ...exposed.map((key) => Number.parseInt(key, 10)),
    ...[...`${words} ${environment.join(' ')}`.matchAll(NAMED_PORT)].map(([, port]) => Number(port)),
  ];
  return [...new Set(ports)].map((port) => ({ address: '0.0.0.0', port, containerPort: port }));
}

/** An image without a digest of a registry was built or imported here. */
async function isBuiltHere(docker: Docker, imageId: string): Promise<boolean> {
  try {
    const { RepoDigests } = await docker.getImage(imageId).inspect();
    return (RepoDigests ?? []).length === 0;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

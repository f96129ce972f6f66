import { networkInterfaces } from 'node:os';
import type Docker from 'dockerode';
import type { BuiltImage, Observed, ObservedContainer } from '../../plan/observed.js';
import { isBuiltReference, LABEL } from '../../stack/names.js';
import { FILES_ROOT } from '../../stack/stack.js';
import { MANIFEST, unpackFirst } from './archive.js';
import { isMissing, tolerate } from './errors.js';

/** What the engine has of a project, read with as few requests as possible, all at once. */
export async function observe(docker: Docker, project: string): Promise<Observed> {
  const filters = { label: [`${LABEL.project}=${project}`] };
  const [containers, networks, volumes, leftovers, images] = await Promise.all([
    listContainers(docker, { all: true, filters }),
    docker.listNetworks(),
    docker.listVolumes({ filters }),
    docker.listVolumes({ filters: { label: [`${LABEL.files}=${project}`], dangling: ['true'] } }),
    docker.listImages(),
  ]);
  const own = networks.filter((network) => network.Labels?.[LABEL.project] === project);
  return {
    containers: await Promise.all(containers.map((container) => observeContainer(docker, container))),
    networks: own.map((network) => ({ name: network.Name, subnet: subnetsOf(network)[0] ?? null })),
    volumes: (volumes.Volumes ?? []).map(({ Name }) => Name),
    leftovers: (leftovers.Volumes ?? []).map(({ Name }) => Name),
    images: new Set(images.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])])),
    built: await builtImages(docker, project, images),
    takenSubnets: [...networks.flatMap(subnetsOf), ...ownSubnets()],
  };
}

/** What was built for a project, by its own names; who uses one is only asked where there are any. */
async function builtImages(docker: Docker, project: string, images: Docker.ImageInfo[]): Promise<BuiltImage[]> {
  const built = images
    .filter(({ Labels }) => Labels?.[LABEL.builtFor] === project)
    .flatMap(({ Id, RepoTags }) =>
      (RepoTags ?? []).filter((tag) => isBuiltReference(project, tag)).map((reference) => ({ Id, reference })),
    );
  if (built.length === 0) return [];
  const others = (await docker.listContainers({ all: true })).filter(({ Labels }) => Labels[LABEL.project] !== project);
  return built.map(({ Id, reference }) => ({
    reference,
    usedBy: others.filter(({ ImageID }) => ImageID === Id).flatMap(({ Names: [name = ''] }) => name.replace(/^\//, '')),
  }));
}

/**
 * In the list a container is `created` until its start is over, although it has its ports by then (the
 * engine goes on with a start whose client was killed); being asked for one, the engine waits for that.
 */
async function listContainers(docker: Docker, query: Docker.ContainerListOptions): Promise<Docker.ContainerInfo[]> {
  const listed = await docker.listContainers(query);
  const created = listed.filter(({ State }) => State === 'created');
  if (created.length === 0) return listed;
  await Promise.all(created.map(({ Id }) => tolerate(docker.getContainer(Id).inspect(), isMissing)));
  return docker.listContainers(query);
}

async function observeContainer(docker: Docker, container: Docker.ContainerInfo): Promise<ObservedContainer> {
  const labels = container.Labels;
  const addresses = JSON.parse(labels[LABEL.addresses] ?? '{}') as Record<string, string>;
  return {
    name: (container.Names[0] ?? '').replace(/^\//, ''),
    service: labels[LABEL.service] ?? '',
    slot: Number(labels[LABEL.slot]),
    hash: labels[LABEL.hash] ?? '',
    spec: labels[LABEL.spec] ?? '',
    state: container.State as ObservedContainer['state'],
    health: healthOf(container.Status),
    networks: attachedNetworks(container, addresses),
    addresses,
    appliedFiles: labels[LABEL.reloadable] === 'true' ? await readManifest(docker, container.Id) : null,
  };
}

/** Where a container has another address than it was given, nobody finds it: it counts as not attached. */
function attachedNetworks(container: Docker.ContainerInfo, addresses: Record<string, string>): string[] {
  return Object.entries(container.NetworkSettings.Networks)
    .filter(([network, { IPAddress }]) => !IPAddress || (addresses[network] ?? IPAddress) === IPAddress)
    .map(([network]) => network);
}

/** The list has the health only in its text for people: "Up 5 seconds (health: starting)". */
function healthOf(status: string): ObservedContainer['health'] {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return status.includes('(health: starting)') ? 'starting' : null;
}

async function readManifest(docker: Docker, id: string): Promise<Record<string, string> | null> {
  const text = await readContainerFile(docker, id, `${FILES_ROOT}/${MANIFEST}`);
  return text === null ? null : (JSON.parse(text) as Record<string, string>);
}

/** The text of one file of a container, running or not; null when there is no such file. */
export async function readContainerFile(docker: Docker, container: string, path: string): Promise<string | null> {
  try {
    return await unpackFirst(await docker.getContainer(container).getArchive({ path }));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const subnetsOf = (network: Docker.NetworkInspectInfo): string[] =>
  (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []);

/** Subnets that this machine itself is in; right for a local engine, harmless for a remote one. */
const ownSubnets = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).flatMap(({ cidr }) => cidr ?? []));

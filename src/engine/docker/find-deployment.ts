import type { ContainerInfo } from 'dockerode';
import { looksLikeGateway } from '../../verify/deployed-roles.js';
import type { Outsider } from '../../verify/deployment.js';
import { composeProjectOf, fortressProjectOf, nameOf, publishedPortsOf } from './deployed.js';

interface Selector {
  composeProject?: string;
  publishedPorts: number[];
  fortressProject?: string;
}

/** Networks that every container gets into unless told otherwise. */
const COMMON_NETWORKS = new Set(['bridge', 'host', 'none']);

/** The containers of a named project, else those that belong together with whoever publishes a port. */
export function findContainers(
  listed: ContainerInfo[],
  { composeProject, fortressProject, publishedPorts }: Selector,
): ContainerInfo[] | { unknown: string } {
  if (fortressProject !== undefined) return listed.filter((one) => fortressProjectOf(one) === fortressProject);
  if (composeProject !== undefined) {
    return listed.filter(
      (one) => composeProjectOf(one) === composeProject || fortressProjectOf(one) === composeProject,
    );
  }
  const entrance = publisherOf(listed, publishedPorts) ?? onlyHostNetworkGroup(listed);
  return entrance
    ? listed.filter((one) => belongTogether(entrance, one))
    : { unknown: `no container of this engine publishes ${portsInWords(publishedPorts)}` };
}

const portsInWords = (ports: number[]): string =>
  ports.length > 0 ? `port ${ports.join(' or ')}` : 'a port of the target';

/** Of the first port that anybody publishes. */
function publisherOf(listed: ContainerInfo[], ports: number[]): ContainerInfo | undefined {
  for (const port of ports) {
    const publisher = listed.find((one) => publishedPortsOf(one).includes(port));
    if (publisher) return publisher;
  }
  return undefined;
}

/** In the host's network nothing is published; where only one stack runs there, it must be that one. */
function onlyHostNetworkGroup(listed: ContainerInfo[]): ContainerInfo | undefined {
  const [first, ...others] = listed.filter(
    ({ State, HostConfig }) => State === 'running' && HostConfig.NetworkMode === 'host',
  );
  if (!first || !others.every((other) => belongTogether(first, other))) return undefined;
  // A lone container there that is called otherwise is somebody's agent or tool, not a gateway with APIs.
  const isStack = listed.filter((one) => belongTogether(first, one)).length > 1;
  return isStack || looksLikeGateway({ image: first.Image, service: nameOf(first) }) ? first : undefined;
}

/** Of one project; without a project, in one network that somebody made for them. */
function belongTogether(entrance: ContainerInfo, other: ContainerInfo): boolean {
  const project = projectOf(entrance);
  if (project !== null) return projectOf(other) === project;
  return other.Id === entrance.Id || networksOf(other).some((network) => networksOf(entrance).includes(network));
}

const projectOf = (container: ContainerInfo): string | null =>
  fortressProjectOf(container) ?? composeProjectOf(container);

const networksOf = ({ NetworkSettings }: ContainerInfo): string[] =>
  Object.keys(NetworkSettings.Networks).filter((network) => !COMMON_NETWORKS.has(network));

/** Who else publishes one of these ports. */
export function outsidersOf(listed: ContainerInfo[], own: ContainerInfo[], ports: number[]): Outsider[] {
  const ids = new Set(own.map(({ Id }) => Id));
  return listed
    .filter(({ Id }) => !ids.has(Id))
    .map((one) => ({
      name: nameOf(one),
      project: projectOf(one),
      ports: publishedPortsOf(one).filter((port) => ports.includes(port)),
    }))
    .filter(({ ports: taken }) => taken.length > 0);
}

import type Docker from 'dockerode';
import { messageOf } from '../errors.js';
import type { Deployment, Outsider } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';

export interface DeploymentSelector {
  /** `com.docker.compose.project` of its containers. */
  composeProject?: string;
  /**
   * Ports of the target, HTTPS first; without a project, whoever publishes one of them leads to the rest.
   * Empty where the target is not on the engine's machine: there these ports would be somebody else's.
   */
  publishedPorts: number[];
  /** `dev.fortress.project` of its containers. */
  fortressProject?: string;
}

/** Finds a stack in the Docker Engine. Never throws: where nothing can be known, it says why. */
export async function readDeployment(
  selector: DeploymentSelector,
): Promise<{ deployment: Deployment; engine: EngineProbe | null }> {
  try {
    const { connectReadOnly } = await import('../engine/docker/read-only.js');
    const { createProbe } = await import('../engine/docker/probe.js');
    const { docker } = await connectReadOnly();
    return { deployment: await deploymentIn(docker, selector), engine: createProbe(docker) };
  } catch (error) {
    return { deployment: { unknown: messageOf(error) }, engine: null };
  }
}

async function deploymentIn(docker: Docker, selector: DeploymentSelector): Promise<Deployment> {
  const { isService, readContainer } = await import('../engine/docker/deployed.js');
  const { findContainers, outsidersOf } = await import('../engine/docker/find-deployment.js');
  const [all, networks] = await Promise.all([docker.listContainers({ all: true }), docker.listNetworks()]);
  const listed = all.filter(isService);
  const found = findContainers(listed, selector);
  if ('unknown' in found) return found;
  const internal = new Set(networks.filter(({ Internal }) => Internal).map(({ Name }) => Name));
  const containers = await Promise.all(found.map((container) => readContainer(docker, container, internal)));
  const outsiders: Outsider[] = outsidersOf(listed, found, selector.publishedPorts);
  return {
    containers: containers
      .filter((container) => container !== null)
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    outsiders,
  };
}

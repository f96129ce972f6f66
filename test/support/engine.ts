import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';

/** What every container, network and data volume of a stack carries. */
const PROJECT_LABEL = 'dev.fortress.project';
/** The same of the volumes that hold a container's configuration. */
const FILES_LABEL = 'dev.fortress.files';

export const docker = new Docker();

/** @throws Error saying what to do when no engine answers: these tests are nothing without one */
export async function assertEngine(): Promise<void> {
  await docker.ping().catch((error: unknown) => {
    throw new Error(
      'These tests need a running Docker Engine and none answers. Start one (`node bin/fortress.js doctor --fix`) and run them again.',
      { cause: error },
    );
  });
}

export interface ContainerState {
  name: string;
  id: string;
  running: boolean;
  startedAt: string;
}

export interface EngineState {
  /** By name, sorted. */
  containers: ContainerState[];
  networks: { name: string; id: string }[];
  /** Names of data volumes. */
  volumes: string[];
  /** Volumes with configuration: each belongs to one container. */
  fileVolumes: string[];
}

const labelled = (project: string, label = PROJECT_LABEL): { filters: { label: string[] } } => ({
  filters: { label: [`${label}=${project}`] },
});

async function volumeNames(project: string, label: string): Promise<string[]> {
  const { Volumes } = await docker.listVolumes(labelled(project, label));
  return (Volumes ?? []).map(({ Name }) => Name).toSorted();
}

const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);

/** Everything that the engine has of a project. */
export async function engineState(project: string): Promise<EngineState> {
  const [containers, networks, volumes, fileVolumes] = await Promise.all([
    docker.listContainers({ all: true, ...labelled(project) }),
    docker.listNetworks(labelled(project)),
    volumeNames(project, PROJECT_LABEL),
    volumeNames(project, FILES_LABEL),
  ]);
  const inspected = await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).inspect()));
  return {
    containers: inspected
      .map(({ Name, Id, State }) => ({
        name: Name.replace(/^\//, ''),
        id: Id,
        running: State.Running,
        startedAt: State.StartedAt,
      }))
      .toSorted(byName),
    networks: networks.map(({ Name, Id }) => ({ name: Name, id: Id })).toSorted(byName),
    volumes,
    fileVolumes,
  };
}

export const EMPTY: EngineState = { containers: [], networks: [], volumes: [], fileVolumes: [] };

/** Names of all projects of which the engine has anything. */
export async function projectNames(): Promise<string[]> {
  const filters = { label: [PROJECT_LABEL] };
  const [containers, networks, volumes, fileVolumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listVolumes({ filters: { label: [FILES_LABEL] } }),
  ]);
  const things = [...containers, ...networks, ...(volumes.Volumes ?? []), ...(fileVolumes.Volumes ?? [])];
  return [...new Set(things.flatMap(({ Labels }) => Labels?.[PROJECT_LABEL] ?? Labels?.[FILES_LABEL] ?? []))];
}

/**
 * Removes all that a project has in the engine, without the help of what is tested. What cannot be
 * removed yet (a container that just restarts, its network) is tried again.
 * @throws Error when something stays
 */
export async function removeEverything(project: string): Promise<void> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const { containers, networks, volumes, fileVolumes } = await engineState(project);
    if (containers.length + networks.length + volumes.length + fileVolumes.length === 0) return;
    await Promise.allSettled(containers.map(({ id }) => docker.getContainer(id).remove({ force: true, v: true })));
    await Promise.allSettled(networks.map(({ id }) => docker.getNetwork(id).remove()));
    await Promise.allSettled([...volumes, ...fileVolumes].map((name) => docker.getVolume(name).remove()));
    await sleep(300);
  }
  throw new Error(`${project} cannot be removed from the engine`);
}

/** `docker inspect` of one container. */
export const inspect = (name: string): Promise<Docker.ContainerInspectInfo> => docker.getContainer(name).inspect();

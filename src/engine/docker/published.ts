import type Docker from 'dockerode';
import { LABEL } from '../../stack/names.js';

/** A running container with the ports that it publishes on the engine's machine. */
export interface PublishedContainer {
  name: string;
  /** The fortress project that it belongs to; null for any other container. */
  project: string | null;
  ports: { bind: string; port: number }[];
}

export async function publishedContainers(docker: Docker): Promise<PublishedContainer[]> {
  const containers = await docker.listContainers();
  return containers.map(({ Names, Labels, Ports }) => ({
    name: (Names[0] ?? '').replace(/^\//, ''),
    project: Labels[LABEL.project] ?? null,
    ports: Ports.flatMap(({ IP, PublicPort }) => (PublicPort ? [{ bind: IP ?? '', port: PublicPort }] : [])),
  }));
}

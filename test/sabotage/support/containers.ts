import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { docker } from '../../support/engine.js';

/** Carried by everything that the suite makes; its value is the id of the process that owns it. */
const OWNER_LABEL = 'dev.fortress.sabotage';
export const ownerLabels = { [OWNER_LABEL]: String(process.pid) };

export interface Start {
  name: string;
  image: string;
  /** Compose's labels: where the check looks for what belongs together. */
  project: string;
  service: string;
  /** Name of a network, or `host`. */
  network: string;
  aliases?: string[];
  entrypoint?: string[];
  command?: string[];
  env?: Record<string, string>;
  user?: string;
  healthcheck?: string;
  /** Default: compose's `unless-stopped`. */
  restart?: 'no';
  /** Files by name, put into this folder before the start. */
  files?: { folder: string; texts: Record<string, string> };
  published?: { bind: string; port: number; containerPort: number }[];
  /** A second network. */
  also?: string;
  /** How it is confined; by default not at all. */
  host?: Docker.HostConfig;
}

/** Makes and starts a container as compose would; it is removed if it cannot be started. */
export async function startContainer(start: Start): Promise<Docker.Container> {
  const container = await docker.createContainer(createOptions(start));
  try {
    if (start.also !== undefined) await join(container, start.also, start.aliases);
    if (start.files) await upload(container, start.files);
    await container.start();
    return container;
  } catch (error) {
    await remove(container);
    throw error;
  }
}

const createOptions = (start: Start): Docker.ContainerCreateOptions => ({
  name: start.name,
  Image: start.image,
  ...(start.entrypoint && { Entrypoint: start.entrypoint }),
  ...(start.command && { Cmd: start.command }),
  ...(start.user !== undefined && { User: start.user }),
  Env: Object.entries(start.env ?? {}).map(([key, value]) => `${key}=${value}`),
  Labels: {
    ...ownerLabels,
    'com.docker.compose.project': start.project,
    'com.docker.compose.service': start.service,
  },
  ExposedPorts: Object.fromEntries((start.published ?? []).map(({ containerPort }) => [`${containerPort}/tcp`, {}])),
  ...(start.healthcheck !== undefined && { Healthcheck: checkedBy(start.healthcheck) }),
  HostConfig: {
    NetworkMode: start.network,
    RestartPolicy: { Name: start.restart ?? 'unless-stopped' },
    PortBindings: Object.fromEntries(
      (start.published ?? []).map(({ bind, port, containerPort }) => [
        `${containerPort}/tcp`,
        [{ HostIp: bind, HostPort: String(port) }],
      ]),
    ),
    ...start.host,
  },
  ...(start.network !== 'host' && {
    NetworkingConfig: { EndpointsConfig: { [start.network]: { Aliases: start.aliases ?? [] } } },
  }),
});

const join = (container: Docker.Container, network: string, aliases: string[] = []): Promise<void> =>
  docker.getNetwork(network).connect({ Container: container.id, EndpointConfig: { Aliases: aliases } });

const SECOND = 1_000_000_000;

/** Rarely: the engine takes more CPU for a check than the API takes for a hundred requests. */
const checkedBy = (command: string): Docker.HealthConfig => ({
  Test: ['CMD-SHELL', command],
  Interval: 30 * SECOND,
  Timeout: 5 * SECOND,
  Retries: 3,
});

async function upload(container: Docker.Container, { folder, texts }: NonNullable<Start['files']>): Promise<void> {
  const archive = pack();
  for (const [name, text] of Object.entries(texts)) archive.entry({ name, mode: 0o444 }, text);
  archive.finalize();
  await container.putArchive(Readable.from(archive), { path: folder });
}

/** With its anonymous volumes; one that is gone already is fine. */
export async function remove(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: unknown) => {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw error;
  });
}

const PATIENCE = 30_000;

/**
 * Waits until the question is answered with yes.
 * @throws Error with what the container wrote when it has exited or time is up
 */
export async function waitUntil(container: Docker.Container, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    if (await isReady().catch(() => false)) return;
    const { Name, State } = await container.inspect();
    if (!State.Running || State.Restarting || performance.now() > deadline) {
      const written = await container.logs({ stdout: true, stderr: true, tail: 20 });
      throw new Error(`${Name} ${State.Running ? 'does not get ready' : 'has exited'}:\n${written.toString()}`);
    }
    await sleep(100);
  }
}

export async function answers(url: string): Promise<boolean> {
  return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
}

/** Its address in its only network. */
export async function addressOf(container: Docker.Container): Promise<string> {
  const { NetworkSettings } = await container.inspect();
  return Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
}

/** Processes that died without tidying up leave containers and networks behind: they go now. */
export async function removeAbandoned(): Promise<void> {
  const filters = { label: [OWNER_LABEL] };
  const isAbandoned = ({ Labels }: { Labels?: Record<string, string> | undefined }): boolean =>
    !isAlive(Number(Labels?.[OWNER_LABEL]));
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(containers.filter(isAbandoned).map(({ Id }) => remove(docker.getContainer(Id))));
  const networks = await docker.listNetworks({ filters });
  await Promise.all(networks.filter(isAbandoned).map(({ Id }) => docker.getNetwork(Id).remove()));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

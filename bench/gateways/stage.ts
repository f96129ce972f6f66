import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { createContainer, removeContainer, startContainer as start } from '../../src/engine/docker/containers.js';
import { demultiplex } from '../../src/engine/docker/logs.js';
import { createNetwork, removeNetwork } from '../../src/engine/docker/networks.js';
import { pinContainers, processorsOf } from '../../src/engine/docker/processors.js';
import { shareProcessors, type Shares } from '../../src/bench/share-processors.js';
import { operationError, unreachableError } from '../../src/errors.js';
import { containerName, networkName } from '../../src/stack/names.js';
import type { Service, ServiceFile } from '../../src/stack/stack.js';

/** No project of a person can be called so: their names hold no dot. */
export const PROJECT = `gateways-${process.pid}.bench`;

/** Milliseconds in which a program that cannot read its configuration says so and ends. */
const START = 500;

/** A container of the benchmark. */
export interface Actor {
  /** By which the others reach it. */
  name: string;
  command: string[];
  env?: Record<string, string>;
  files: ServiceFile[];
}

/** One network in which the gateways, their backends and their client meet; nothing is published. */
export interface Stage {
  docker: Docker;
  /** Holds a container to the gateways' one processor, or to what is left; gives its name in the engine. */
  start(actor: Actor, processors: 'gateway' | 'others'): Promise<{ container: string; address: string }>;
  /** Takes all of it away. */
  remove(): Promise<void>;
}

/**
 * @param service what a container is confined like: that of the project's own gateway
 * @throws FortressError (exit 3) where processors cannot be shared out: the figures would mean nothing
 */
export async function setStage(docker: Docker, service: Service): Promise<Stage> {
  const shares = shareProcessors(await processorsOf(docker));
  if (typeof shares === 'string') throw unreachableError(`gateway and client need a processor each: ${shares}`, {});
  const network = networkName(PROJECT, 'backend');
  const containers: string[] = [];
  await createNetwork(docker, PROJECT, { name: network, internal: true, addresses: null });
  return {
    docker,
    async start(actor, processors) {
      const container = containerName(PROJECT, actor.name, 1);
      containers.push(container);
      await createContainer(docker, {
        project: PROJECT,
        name: container,
        slot: 1,
        service: like(service, actor, network),
        files: actor.files,
        addresses: {},
        hash: '',
        spec: '',
      });
      await start(docker, container);
      await assertRunning(docker, container);
      await pin(docker, container, numbersOf(shares, processors));
      const { NetworkSettings } = await docker.getContainer(container).inspect();
      return { container, address: NetworkSettings.Networks[network]?.IPAddress ?? '' };
    },
    async remove() {
      await Promise.all(containers.map((container) => removeContainer(docker, container)));
      await removeNetwork(docker, network);
    },
  };
}

const numbersOf = ({ stack, client }: Shares, processors: 'gateway' | 'others'): number[] =>
  processors === 'gateway' ? stack.slice(0, 1) : [...stack.slice(1), ...client];

/** @throws FortressError (exit 1) with what it printed, where it did not take its configuration */
async function assertRunning(docker: Docker, container: string): Promise<void> {
  await sleep(START);
  const { State, RestartCount } = await docker.getContainer(container).inspect();
  if (State.Running && RestartCount === 0) return;
  const printed = await docker.getContainer(container).logs({ stdout: true, stderr: true });
  throw operationError('NOT_STARTED', `${container} ended at once`, { why: demultiplex(printed) });
}

async function pin(docker: Docker, container: string, numbers: number[]): Promise<void> {
  const why = await pinContainers(docker, [container], numbers);
  if (why !== null) throw unreachableError('containers cannot be held to one processor each', { why });
}

/** Everybody is confined as fortress confines its gateway: it costs all the same. */
const like = (service: Service, { name, command, env = {} }: Actor, network: string): Service => ({
  ...service,
  name,
  entrypoint: command,
  command: [],
  env,
  networks: [{ network, aliases: [name], fixedAddress: false }],
  ports: [],
  onFileChange: { kind: 'recreate' },
  healthcheck: null,
  stopTimeout: 1,
});

/** A file of an actor. */
export const file = (path: string, content: string): ServiceFile => ({
  path,
  content,
  hash: createHash('sha256').update(content).digest('hex'),
  secret: false,
});

import type { Engine } from '../../../src/engine/engine.js';
import type { Observed, ObservedContainer } from '../../../src/plan/observed.js';
import { subjectOf, type Call, type ContainerSpec } from '../../../src/plan/operation.js';
import { hashesOf } from '../../../src/plan/spec.js';
import type { ServiceFile } from '../../../src/stack/stack.js';

export interface MemoryContainer {
  made: ContainerSpec;
  state: ObservedContainer['state'];
  /** What the engine's own check says of it while it runs. */
  health: 'starting' | 'healthy' | 'unhealthy';
  /** The files that it runs with. */
  files: ServiceFile[];
}

/** What a plan needs of an engine, in memory, and as strict as the real one. */
export interface MemoryEngine extends Pick<Engine, 'execute'> {
  containers: Map<string, MemoryContainer>;
  networks: Map<string, string | null>;
  volumes: Set<string>;
  /** Configuration volumes without a container. */
  leftovers: Set<string>;
  images: Set<string>;
  /** What was carried out, in order, in the notation of operation ids. */
  history: string[];
  /** Called before and after each call; may throw to make it fail. */
  before(call: Call): void | Promise<void>;
  after(call: Call): void;
  observed(): Observed;
}

export function createMemoryEngine(): MemoryEngine {
  const engine: MemoryEngine = {
    containers: new Map(),
    networks: new Map(),
    volumes: new Set(),
    leftovers: new Set(),
    images: new Set(),
    history: [],
    before: () => undefined,
    after: () => undefined,
    observed: () => observe(engine),
    async execute(call) {
      await engine.before(call);
      carryOut(engine, call);
      engine.history.push(`${call.kind} ${subjectOf(call)}`);
      engine.after(call);
    },
  };
  return engine;
}

function carryOut(engine: MemoryEngine, call: Call): void {
  const { containers, networks, volumes, images } = engine;
  switch (call.kind) {
    case 'image.ensure':
      images.add(call.reference);
      return;
    case 'image.remove':
      images.delete(call.name);
      return;
    case 'network.create':
      refuseIf(networks.has(call.network.name), `network ${call.network.name} exists`);
      networks.set(call.network.name, call.network.addresses?.subnet ?? null);
      return;
    case 'network.remove':
      refuseIf(attached(engine, call.name).some(holds), `network ${call.name} has active endpoints`);
      networks.delete(call.name);
      return;
    case 'volume.create':
      volumes.add(call.volume.name);
      return;
    case 'volume.remove':
      volumes.delete(call.name);
      engine.leftovers.delete(call.name);
      return;
    case 'container.create':
      create(engine, call.container);
      return;
    case 'container.start':
      start(engine, call.name);
      return;
    case 'container.wait': {
      const container = existing(engine, call.name);
      refuseIf(container.state !== 'running', `${call.name} is ${container.state}`);
      refuseIf(container.health === 'unhealthy', `${call.name} is unhealthy`);
      container.health = 'healthy';
      return;
    }
    case 'container.reload': {
      const container = existing(engine, call.name);
      refuseIf(container.state !== 'running', `${call.name} is ${container.state}`);
      container.files = call.files;
      return;
    }
    case 'container.drain':
      refuseIf(existing(engine, call.name).state !== 'running', `${call.name} does not run`);
      return;
    case 'container.stop': {
      // As the real engine's client: what is not there needs no stop.
      const container = containers.get(call.name);
      if (container && holds(container)) container.state = 'exited';
      return;
    }
    case 'container.remove':
      containers.delete(call.name);
      return;
  }
}

function create({ containers, networks, volumes, images }: MemoryEngine, made: ContainerSpec): void {
  const { service, name, addresses } = made;
  refuseIf(containers.has(name), `the name ${name} is taken`);
  refuseIf(!images.has(service.image.reference), `no image ${service.image.reference}`);
  for (const { network } of service.networks) refuseIf(!networks.has(network), `no network ${network}`);
  for (const volume of service.volumes) refuseIf(!volumes.has(volume.name), `no volume ${volume.name}`);
  // Docker would not mind before the start; but the gateway's configuration must name one container only.
  for (const address of Object.values(addresses)) {
    const holder = [...containers.values()].find((other) => Object.values(other.made.addresses).includes(address));
    refuseIf(holder !== undefined, `address ${address} is that of ${holder?.made.name}`);
  }
  containers.set(name, { made, state: 'created', health: 'starting', files: made.files });
}

function start(engine: MemoryEngine, name: string): void {
  const container = existing(engine, name);
  if (container.state === 'running') return;
  const { service } = container.made;
  const others = [...engine.containers.values()].filter((other) => other !== container && holds(other));
  for (const { network } of service.networks) refuseIf(!engine.networks.has(network), `no network ${network}`);
  for (const { host } of service.ports) {
    const holder = others.find((other) => other.made.service.ports.some((port) => port.host === host));
    refuseIf(holder !== undefined, `port ${host} is taken by ${holder?.made.name}`);
  }
  container.state = 'running';
  container.health = 'starting';
}

/** Whether a container holds its ports: a paused one does. */
const holds = ({ state }: MemoryContainer): boolean =>
  state === 'running' || state === 'paused' || state === 'restarting';

const attached = ({ containers }: MemoryEngine, network: string): MemoryContainer[] =>
  [...containers.values()].filter(({ made }) =>
    made.service.networks.some((attachment) => attachment.network === network),
  );

function existing({ containers }: MemoryEngine, name: string): MemoryContainer {
  const container = containers.get(name);
  if (!container) throw new Error(`no container ${name}`);
  return container;
}

function refuseIf(condition: boolean, message: string): void {
  if (condition) throw new Error(message);
}

function observe({ containers, networks, volumes, leftovers, images }: MemoryEngine): Observed {
  return {
    containers: [...containers.values()].map(({ made, state, health, files }) => ({
      name: made.name,
      service: made.service.name,
      slot: made.slot,
      hash: made.hash,
      spec: made.spec,
      state,
      health: state !== 'running' || made.service.healthcheck === null ? null : health,
      networks: made.service.networks.map(({ network }) => network),
      addresses: made.addresses,
      appliedFiles: made.service.onFileChange.kind === 'reload' ? hashesOf(files) : null,
    })),
    networks: [...networks].map(([name, subnet]) => ({ name, subnet })),
    volumes: [...volumes],
    leftovers: [...leftovers],
    images,
    built: [],
    takenSubnets: [],
  };
}

import { createHash } from 'node:crypto';
import type { FortressConfig } from '../../../src/config/types.js';
import type { Engine } from '../../../src/engine/engine.js';
import { runPlan, type PlanEvents } from '../../../src/engine/run-plan.js';
import type { ImageName } from '../../../src/images/image-source.js';
import type { Operation, Plan } from '../../../src/plan/operation.js';
import { planUp } from '../../../src/plan/plan-up.js';
import type { ServingContainer } from '../../../src/plan/waves.js';
import type { Service, ServiceFile } from '../../../src/stack/stack.js';
import { apiService } from '../../../src/stack/names.js';
import { example } from '../stack/example.js';
import type { MemoryContainer, MemoryEngine } from './memory-engine.js';

/** What a person may change between two runs. */
export interface Wish {
  config: FortressConfig;
  model: string;
  template: string;
  users: string;
  /** Tag of every image. */
  tag: string;
  /** Images that cannot be had. */
  missing: ImageName[];
  /** Services whose containers are replaced though nothing changed. */
  renew: string[];
}

export const wish = (change: Partial<Wish> = {}): Wish => ({
  config: {},
  model: 'model 1',
  template: 'template 1',
  users: 'users 1',
  tag: '1',
  missing: [],
  renew: [],
  ...change,
});

const file = (path: string, content: string): ServiceFile => ({
  path,
  content,
  hash: createHash('sha256').update(content).digest('hex'),
  secret: false,
});

/** Where a configuration says that an API listens. */
const portOf = (config: FortressConfig, service: string): number | undefined =>
  example(config).config.apis.find(({ name }) => apiService(name) === service)?.port;

/** The stand-ins for nginx.conf and prometheus.yml say which replicas they know, and where these are. */
const filesOf =
  ({ config, model, template, users }: Wish) =>
  ({ name }: Service, serving: Record<string, ServingContainer[]>): ServiceFile[] => {
    if (name.startsWith('api-')) return [file('model.onnx', model)];
    const replicas = Object.fromEntries(
      Object.entries(serving)
        .filter(([service]) => service.startsWith('api-'))
        .map(([service, containers]) => [
          service,
          containers.map(({ slot, addresses, port = portOf(config, service) }) => ({ slot, addresses, port })),
        ]),
    );
    if (name === 'prometheus') return [file('prometheus.yml', JSON.stringify({ replicas }))];
    if (name !== 'gateway') return [file(`${name}.yml`, name)];
    return [file('nginx.conf', JSON.stringify({ template, replicas })), file('htpasswd', users)];
  };

export function planFor(wanted: Wish, engine: MemoryEngine): Plan {
  const { stack } = example(wanted.config, (name) =>
    wanted.missing.includes(name)
      ? { missing: 'no package' }
      : { reference: `example/${name}:${wanted.tag}`, origin: 'an example' },
  );
  return planUp(stack, engine.observed(), filesOf(wanted), { renew: new Set(wanted.renew) });
}

const silent: PlanEvents = {
  started: () => undefined,
  progress: () => undefined,
  finished: () => undefined,
  failed: () => undefined,
  undoing: () => undefined,
};

const unused = (): never => {
  throw new Error('a plan is carried out by calls alone');
};

/** Carries out a plan with the real executor. */
export function carryOut(
  plan: Plan,
  engine: MemoryEngine,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const real: Engine = {
    execute: engine.execute,
    describe: unused,
    observe: unused,
    readFiles: unused,
    lastLogLines: unused,
    logs: unused,
  };
  return runPlan(plan, real, silent, signal);
}

/** What `up` does. */
export const up = (wanted: Wish, engine: MemoryEngine): Promise<void> => carryOut(planFor(wanted, engine), engine);

/** Replicas that a running gateway sends requests to and that don't run, or don't listen there: each is a failed request. */
export const deadUpstreams = (engine: MemoryEngine): string[] =>
  replicasKnownTo(engine, 'gateway', 'nginx.conf')
    .filter(({ name, address, port }) => {
      const container = engine.containers.get(name);
      if (container?.state !== 'running' || address === undefined) return true;
      return address !== addressOf(container) || port !== Number(container.made.service.env['PORT']);
    })
    .map(({ name }) => name);

/** Replicas that Prometheus watches, in the order of its file. */
export const watched = (engine: MemoryEngine): string[] =>
  replicasKnownTo(engine, 'prometheus', 'prometheus.yml').map(({ name }) => name);

/** What the file of a running service says of replicas. */
function replicasKnownTo(
  engine: MemoryEngine,
  service: string,
  path: string,
): { name: string; address: string | undefined; port: number | undefined }[] {
  return [...engine.containers.values()]
    .filter(({ made, state }) => made.service.name === service && state === 'running')
    .flatMap(({ files }) => {
      const text = files.find((one) => one.path === path)?.content;
      const { replicas } = JSON.parse(String(text)) as { replicas: Record<string, ServingContainer[]> };
      return Object.entries(replicas).flatMap(([api, serving]) =>
        serving.map(({ slot, addresses, port }) => ({
          name: `shop-${api}-${slot}`,
          address: addresses['shop-backend'],
          port,
        })),
      );
    });
}

/** Its address in the backend network. */
export const addressOf = ({ made }: MemoryContainer): string | undefined => made.addresses['shop-backend'];

/** Names of running containers of a service. */
export const runningOf = (engine: MemoryEngine, service: string): string[] =>
  [...engine.containers.values()]
    .filter(({ made, state }) => made.service.name === service && state === 'running')
    .map(({ made }) => made.name);

/** An operation of a plan by its id. */
export function operationOf({ operations }: Plan, id: string): Operation {
  const operation = operations.find((candidate) => candidate.id === id);
  if (!operation) throw new Error(`no operation ${id} among\n${operations.map((other) => other.id).join('\n')}`);
  return operation;
}

/** Ids of everything that must have succeeded before an operation. */
export function ancestorsOf(plan: Plan, id: string): Set<string> {
  const found = new Set<string>();
  const visit = (current: string): void => {
    for (const earlier of operationOf(plan, current).after) {
      if (found.has(earlier)) continue;
      found.add(earlier);
      visit(earlier);
    }
  };
  visit(id);
  return found;
}

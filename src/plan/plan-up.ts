import type { Service, ServiceFile, Stack } from '../stack/stack.js';
import { baseOperations } from './base-operations.js';
import type { Observed, ObservedContainer } from './observed.js';
import { idsOf, isWait, operation, subjectOf, type Operation, type Plan } from './operation.js';
import { addressAllocator, place } from './placement.js';
import { releasePortsFirst } from './port-order.js';
import { lastToGo, rollOut, type LiveGateway } from './rollout.js';
import { remove, revive, stopFirst, type Wanted } from './service-operations.js';
import { hashSpec, serializeSpec, specOf } from './spec.js';
import { servingDuring, type ServingContainer } from './waves.js';

/** Files of a service; those of reloadable services may depend on which containers serve, by service name. */
type RenderService = (service: Service, serving: Record<string, ServingContainer[]>) => ServiceFile[];

interface PlanOptions {
  /** Names of services whose containers are replaced though nothing changed. */
  renew?: ReadonlySet<string>;
}

/**
 * What must be done so that the engine has what the stack asks for. Pure: the same input gives the
 * same plan.
 */
export function planUp(
  stack: Stack,
  observed: Observed,
  render: RenderService,
  { renew = new Set() }: PlanOptions = {},
): Plan {
  const wanted = placeServices(stack, observed, render, renew);
  const base = baseOperations(stack, observed);
  const apis = wanted.filter(({ placement }) => placement.service.rollout !== null);
  const others = wanted.filter(({ placement }) => placement.service.rollout === null);

  const live = liveGateway(others, render);
  const { operations: rolled, ready, applied, rollouts } = rollOut(stack, apis, base, live);
  const routed = others
    .filter(isGateway)
    .flatMap((service) => stopFirst(stack, service, base, { replace: ready, reload: ready, applied }));
  // Who watches the replicas follows the gateway: should it refuse the new ones, they go again.
  const watched = others
    .filter((service) => !isGateway(service))
    .flatMap((service) => stopFirst(stack, service, base, { replace: [], reload: [...ready, ...idsOf(routed)] }));
  const serving = [...rolled, ...routed, ...watched];
  const gone = new Set(
    rolled.filter(({ call }) => call.kind === 'container.remove').map(({ call }) => subjectOf(call)),
  );
  const retired = [
    ...lastToGo(apis, live, gone, idsOf(serving)),
    ...obsolete(stack, observed).flatMap((container) =>
      remove(container, 'not in the configuration any more', 'none', idsOf(serving)),
    ),
  ];
  const leftovers = observed.leftovers.map((name) =>
    operation({ kind: 'volume.remove', name }, 'its container is gone', 'none', []),
  );
  const operations = releasePortsFirst(onceEach([...base, ...serving, ...retired, ...leftovers]), observed);
  return { project: stack.project, operations, rollouts };
}

/** The gateway is waited for by those who tell it of a step, and by those who tell it of the end. */
const onceEach = (operations: Operation[]): Operation[] => [
  ...new Map(operations.map((one) => [one.id, one])).values(),
];

/** Whether carrying out a plan changes anything; waiting for what already starts does not. */
export const changesAnything = ({ operations }: Plan): boolean => operations.some(({ call }) => !isWait(call));

/** The gateway, where it runs and stays: then it can be told of every step. */
function liveGateway(services: Wanted[], render: RenderService): LiveGateway | null {
  const wanted = services.find(isGateway);
  const [container] = wanted?.placement.keep ?? [];
  if (!wanted || !container) return null;
  const awake = revive(wanted, container);
  return { wanted, container, awake, render: (serving) => render(wanted.placement.service, serving) };
}

const isGateway = ({ placement }: Wanted): boolean => placement.service.name === 'gateway';

function placeServices(stack: Stack, observed: Observed, render: RenderService, renew: ReadonlySet<string>): Wanted[] {
  const allocate = addressAllocator(stack.networks, observed);
  const unplaced = stack.services.map((service) => {
    const files = service.onFileChange.kind === 'recreate' ? render(service, {}) : [];
    const spec = specOf(service, files);
    const serialized = serializeSpec(spec);
    const hash = hashSpec(serialized);
    return {
      placement: place(service, hash, observed, allocate, renew.has(service.name)),
      spec,
      serialized,
      hash,
      files,
    };
  });
  const serving = Object.fromEntries(
    unplaced.map(({ placement }) => [placement.service.name, servingAtLast(placement)]),
  );
  return unplaced.map((wanted) => {
    const { service } = wanted.placement;
    return service.onFileChange.kind === 'reload' ? { ...wanted, files: render(service, serving) } : wanted;
  });
}

/** The containers that serve once the plan is carried out, in the order of their slots. */
const servingAtLast = (placement: Wanted['placement']): ServingContainer[] =>
  servingDuring({ ...placement, remove: [] }, [placement], 1, 1);

function obsolete(stack: Stack, observed: Observed): ObservedContainer[] {
  const services = new Set(stack.services.map(({ name }) => name));
  return observed.containers.filter(({ service }) => !services.has(service));
}

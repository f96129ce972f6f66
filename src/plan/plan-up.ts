import type { Service, ServiceFile, Stack } from '../stack/stack.js';
import { baseOperations } from './base-operations.js';
import type { Observed, ObservedContainer } from './observed.js';
import { idsOf, isWait, operation, type Plan } from './operation.js';
import { addressAllocator, place, servingContainers, type NewContainer } from './placement.js';
import { releasePortsFirst } from './port-order.js';
import { remove, retire, startFirst, stopFirst, type Wanted } from './service-operations.js';
import { hashSpec, serializeSpec, specOf } from './spec.js';

/** Files of a service; those of reloadable services may depend on which containers serve, by service name. */
type RenderService = (service: Service, serving: Record<string, NewContainer[]>) => ServiceFile[];

/**
 * What must be done so that the engine has what the stack asks for. Pure: the same input gives the
 * same plan.
 */
export function planUp(stack: Stack, observed: Observed, render: RenderService): Plan {
  const wanted = placeServices(stack, observed, render);
  const base = baseOperations(stack, observed);
  const apis = wanted.filter(({ placement }) => placement.service.update === 'start-first');
  const others = wanted.filter(({ placement }) => placement.service.update === 'stop-first');

  const started = apis.flatMap((service) => startFirst(stack, service, base));
  const apisReady = started.filter(({ call }) => isWait(call)).map(({ id }) => id);
  const routed = others
    .filter(isGateway)
    .flatMap((service) => stopFirst(stack, service, base, { replace: apisReady, reload: apisReady }));
  // Who watches the replicas follows the gateway: should it refuse the new ones, they go again.
  const watched = others
    .filter((service) => !isGateway(service))
    .flatMap((service) => stopFirst(stack, service, base, { replace: [], reload: [...apisReady, ...idsOf(routed)] }));
  const serving = [...started, ...routed, ...watched];
  const retired = [
    ...apis.flatMap((service) => retire(service, serving)),
    ...obsolete(stack, observed).flatMap((container) =>
      remove(container, 'not in the configuration any more', 'none', idsOf(serving)),
    ),
  ];
  const leftovers = observed.leftovers.map((name) =>
    operation({ kind: 'volume.remove', name }, 'its container is gone', 'none', []),
  );
  const operations = releasePortsFirst([...base, ...serving, ...retired, ...leftovers], observed);
  return { project: stack.project, operations };
}

/** Whether carrying out a plan changes anything; waiting for what already starts does not. */
export const changesAnything = ({ operations }: Plan): boolean => operations.some(({ call }) => !isWait(call));

const isGateway = ({ placement }: Wanted): boolean => placement.service.name === 'gateway';

function placeServices(stack: Stack, observed: Observed, render: RenderService): Wanted[] {
  const allocate = addressAllocator(stack.networks, observed);
  const unplaced = stack.services.map((service) => {
    const files = service.onFileChange.kind === 'recreate' ? render(service, {}) : [];
    const spec = specOf(service, files);
    const serialized = serializeSpec(spec);
    const hash = hashSpec(serialized);
    return { placement: place(service, hash, observed, allocate), spec, serialized, hash, files };
  });
  const serving = Object.fromEntries(
    unplaced.map(({ placement }) => [placement.service.name, servingContainers(placement)]),
  );
  return unplaced.map((wanted) => {
    const { service } = wanted.placement;
    return service.onFileChange.kind === 'reload' ? { ...wanted, files: render(service, serving) } : wanted;
  });
}

function obsolete(stack: Stack, observed: Observed): ObservedContainer[] {
  const services = new Set(stack.services.map(({ name }) => name));
  return observed.containers.filter(({ service }) => !services.has(service));
}

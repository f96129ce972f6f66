import { containerName } from '../stack/names.js';
import type { Service, ServiceFile, Stack } from '../stack/stack.js';
import type { ObservedContainer } from './observed.js';
import {
  idsOf,
  isWait,
  operation,
  subjectOf,
  type Call,
  type ContainerSpec,
  type Effect,
  type Operation,
} from './operation.js';
import { isActive, type NewContainer, type Placement } from './placement.js';
import { changedKeys, explainChange, hashesOf, hashSpec, serializeSpec, type Spec } from './spec.js';

/** A service with all that is known of it before operations are written down. */
export interface Wanted {
  placement: Placement;
  spec: Spec;
  serialized: string;
  hash: string;
  files: ServiceFile[];
}

/** New replicas run beside the old ones until they are ready; `retire` then takes the old ones away. */
export function bringUp(
  stack: Stack,
  wanted: Wanted,
  places: NewContainer[],
  base: Operation[],
  after: string[],
): Operation[] {
  const effect = wanted.placement.remove.length > 0 ? 'rolling' : 'none';
  return places.flatMap((place) => {
    const create = createOperation(stack, wanted, place, base, effect);
    const start = startOperation(create, after);
    return [create, start, waitOperation(wanted, start)];
  });
}

/** Old replicas stop before new ones start, and come back if these don't get ready. */
export function exchange(
  stack: Stack,
  wanted: Wanted,
  { create: places, remove: old }: Pick<Placement, 'create' | 'remove'>,
  base: Operation[],
  after: string[],
): Operation[] {
  const stops = old.filter(isActive).map((container) => ({
    ...operation({ kind: 'container.stop', name: container.name }, causeOfRemoval(wanted, container), 'rolling', after),
    undo: { kind: 'container.start', name: container.name } as const,
  }));
  const arriving = bringUp(stack, wanted, places, base, stops.length > 0 ? idsOf(stops) : after);
  const waits = arriving.filter(({ call }) => isWait(call)).map(({ id }) => id);
  const removes = old.map((container) =>
    operation({ kind: 'container.remove', name: container.name }, causeOfRemoval(wanted, container), 'rolling', [
      ...(waits.length > 0 ? waits : after),
      ...stops.filter(({ call }) => subjectOf(call) === container.name).map(({ id }) => id),
    ]),
  );
  return [...stops, ...arriving, ...removes];
}

/** What must have succeeded before a container that is in use gives way to another, or takes new files. */
interface Gates {
  replace: string[];
  reload: string[];
  /** sha256 by path of the files that it has by then, when these are not those of now. */
  applied?: Record<string, string> | null;
}

/** The one container of a service gives way to the new one, and comes back if that one does not get ready. */
export function stopFirst(stack: Stack, wanted: Wanted, base: Operation[], gates: Gates): Operation[] {
  const { placement } = wanted;
  const created = placement.create.flatMap((place) => replaceOne(stack, wanted, place, base, gates.replace));
  const kept = placement.keep.flatMap((container) => {
    const revived = revive(wanted, container);
    // A process that has only just started may not know yet what the signal means, and die of it.
    return [...revived, ...reload(wanted, container, gates.applied ?? null, [...gates.reload, ...idsOf(revived)])];
  });
  const surplus = placement.create.length > 0 ? [] : placement.remove;
  return [
    ...created,
    ...kept,
    ...surplus.flatMap((container) => remove(container, 'more than one container', 'none', [])),
  ];
}

/** @param gate what must be ready before a container that is in use is touched */
function replaceOne(stack: Stack, wanted: Wanted, place: NewContainer, base: Operation[], gate: string[]): Operation[] {
  const { remove: old } = wanted.placement;
  const create = createOperation(stack, wanted, place, base, old.length > 0 ? 'stop-first' : 'none');
  const { cause } = create;
  const stops = old.filter(isActive).map(({ name }) => ({
    ...operation({ kind: 'container.stop', name }, cause, 'stop-first', [create.id, ...gate]),
    undo: { kind: 'container.start', name } as const,
  }));
  const start = startOperation(create, idsOf(stops));
  // The port must be free again before the old container can come back.
  const undo: Call | null = old.length > 0 ? { kind: 'container.stop', name: subjectOf(create.call) } : null;
  const wait = waitOperation(wanted, start);
  const removes = old.map(({ name }) => operation({ kind: 'container.remove', name }, cause, 'none', [wait.id]));
  return [create, ...stops, { ...start, undo }, wait, ...removes];
}

function createOperation(
  stack: Stack,
  wanted: Wanted,
  { slot, addresses }: NewContainer,
  base: Operation[],
  effect: Effect,
): Operation {
  const { service, remove: old } = wanted.placement;
  const needs = new Set([
    service.image.reference,
    ...service.networks.map(({ network }) => network),
    ...service.volumes.map(({ name }) => name),
  ]);
  const container: ContainerSpec = {
    project: stack.project,
    name: containerName(stack.project, service.name, slot),
    slot,
    service,
    files: wanted.files,
    addresses,
    hash: wanted.hash,
    spec: wanted.serialized,
  };
  const after = base.filter(({ call }) => needs.has(subjectOf(call))).map(({ id }) => id);
  const created = operation({ kind: 'container.create', container }, causeOfCreation(wanted), effect, after);
  return old.length > 0 ? { ...created, undo: { kind: 'container.remove', name: container.name } } : created;
}

function startOperation(create: Operation, after: string[]): Operation {
  return operation({ kind: 'container.start', name: subjectOf(create.call) }, create.cause, 'none', [
    create.id,
    ...after,
  ]);
}

/** A container that does not get ready is kept, for its logs, but must not go on crashing. */
function waitOperation({ placement: { service } }: Wanted, start: Operation): Operation {
  const name = subjectOf(start.call);
  const wait = operation(waitCall(service, name), start.cause, 'none', [start.id]);
  return { ...wait, cleanup: { kind: 'container.stop', name } };
}

/** A container that stays but doesn't run is started; one that is not known to be healthy is waited for. */
export function revive(wanted: Wanted, { name, state, health }: ObservedContainer): Operation[] {
  if (state === 'running') {
    const known = health === 'healthy' || health === null;
    return known ? [] : [operation(waitCall(wanted.placement.service, name), `is ${health}`, 'none', [])];
  }
  const start = operation({ kind: 'container.start', name }, `is ${state}`, 'none', []);
  return [start, waitOperation(wanted, start)];
}

/** @param applied sha256 by path of the files that it has by then; null: those that it has now */
export function reload(
  { placement: { service }, files }: Wanted,
  { name, appliedFiles }: ObservedContainer,
  applied: Record<string, string> | null,
  after: string[],
): Operation[] {
  const changed = changedKeys(applied ?? appliedFiles ?? {}, hashesOf(files));
  if (service.onFileChange.kind !== 'reload' || changed.length === 0) return [];
  return [
    operation({ kind: 'container.reload', name, service, files }, `${changed.join(', ')} changed`, 'reload', after),
  ];
}

/** Old replicas go once everything that serves has taken over. */
export function retire(wanted: Wanted, old: ObservedContainer[], after: string[]): Operation[] {
  const { create } = wanted.placement;
  return old.flatMap((container) => {
    const effect = create.length > 0 || container.hash !== wanted.hash ? 'rolling' : 'none';
    return remove(container, causeOfRemoval(wanted, container), effect, after);
  });
}

function causeOfRemoval({ placement, hash, spec }: Wanted, container: ObservedContainer): string {
  const { service, create, keep, remove: old, renewed } = placement;
  if (container.hash !== hash) return explainChange(container.spec, spec);
  if (renewed) return RENEWED;
  if (create.length > 0 || !['running', 'exited'].includes(container.state)) return `is ${conditionOf(container)}`;
  return `replicas ${keep.length + old.filter((other) => other.hash === hash).length} → ${service.replicas}`;
}

export function remove(container: ObservedContainer, cause: string, effect: Effect, after: string[]): Operation[] {
  const { name } = container;
  if (!isActive(container)) return [operation({ kind: 'container.remove', name }, cause, effect, after)];
  const stop = operation({ kind: 'container.stop', name }, cause, effect, after);
  return [stop, operation({ kind: 'container.remove', name }, cause, 'none', [stop.id])];
}

/** Cause of a container that gives way though nothing changed. */
const RENEWED = 'restart';

const conditionOf = ({ state, health }: ObservedContainer): string => (health === 'unhealthy' ? health : state);

function causeOfCreation({ placement, spec }: Wanted): string {
  const { keep, remove: old, service, renewed } = placement;
  const [first] = old;
  if (first) {
    if (first.hash !== hashSpec(serializeSpec(spec))) return explainChange(first.spec, spec);
    return renewed ? RENEWED : `${first.name} is ${conditionOf(first)}`;
  }
  return keep.length > 0 ? `replicas ${keep.length} → ${service.replicas}` : 'new';
}

const waitCall = (service: Service, name: string): Call => ({
  kind: 'container.wait',
  name,
  readiness: service.readiness,
  ownHealthcheck: service.healthcheck !== null,
});

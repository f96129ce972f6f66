import type { Observed } from './observed.js';
import { subjectOf, type Operation } from './operation.js';
import { isActive } from './placement.js';
import { publishedPorts } from './spec.js';

/** A container that starts, and those of other services that have its ports until then. */
interface PortMove {
  to: string;
  from: string[];
}

/** What is known of a container, by its name. */
type Containers = ReadonlyMap<string, { service: string; ports: number[] }>;

/**
 * Makes every start that publishes a port come after the stop of whichever container of another
 * service has that port now, since ports move between services. The old containers of all services
 * that take part are kept until all new ones are ready, and come back should one of these fail. Pure.
 */
export function releasePortsFirst(operations: Operation[], observed: Observed): Operation[] {
  const containers = containersOf(operations, observed);
  const moves = portMoves(operations, observed, containers);
  if (moves.length === 0) return operations;
  const services = new Set(moves.flatMap(({ to, from }) => [to, ...from]).map((name) => containers.get(name)?.service));
  const takesPart = ({ call }: Operation): boolean => services.has(containers.get(subjectOf(call))?.service);
  const waits = operations.filter((one) => one.call.kind === 'container.wait' && takesPart(one)).map(({ id }) => id);
  const reordered = operations.map((operation) => {
    switch (operation.call.kind) {
      case 'container.start':
        return startAfterMoves(operation, moves);
      case 'container.stop':
        return stopBeforeMoves(operation, moves, operations);
      case 'container.remove':
        return takesPart(operation) ? { ...operation, after: union(operation.after, waits) } : operation;
      default:
        return operation;
    }
  });
  return inOrder(reordered);
}

/** Containers that exist and those that are to be made. */
function containersOf(operations: Operation[], observed: Observed): Containers {
  const created = operations.flatMap(({ call }) => (call.kind === 'container.create' ? [call.container] : []));
  return new Map([
    ...observed.containers.map(({ name, service, spec }) => [name, { service, ports: publishedPorts(spec) }] as const),
    ...created.map(
      ({ name, service, spec }) => [name, { service: service.name, ports: publishedPorts(spec) }] as const,
    ),
  ]);
}

function portMoves(operations: Operation[], observed: Observed, containers: Containers): PortMove[] {
  const stopped = new Set(operations.flatMap(({ call }) => (call.kind === 'container.stop' ? [call.name] : [])));
  const holders = observed.containers.filter((container) => isActive(container) && stopped.has(container.name));
  return operations.flatMap(({ call }) => {
    const container = call.kind === 'container.start' ? containers.get(call.name) : undefined;
    if (!container) return [];
    const from = holders.filter(
      ({ service, spec }) =>
        service !== container.service && publishedPorts(spec).some((port) => container.ports.includes(port)),
    );
    return from.length > 0 ? [{ to: subjectOf(call), from: from.map(({ name }) => name) }] : [];
  });
}

function startAfterMoves(start: Operation, moves: PortMove[]): Operation {
  const name = subjectOf(start.call);
  const move = moves.find(({ to }) => to === name);
  if (!move) return start;
  const stops = move.from.map((holder) => `container.stop ${holder}`);
  // The port must be free again before the container that had it can come back.
  return { ...start, after: union(start.after, stops), undo: start.undo ?? { kind: 'container.stop', name } };
}

function stopBeforeMoves(stop: Operation, moves: PortMove[], operations: Operation[]): Operation {
  const name = subjectOf(stop.call);
  const successors = moves.filter(({ from }) => from.includes(name)).map(({ to }) => `container.create ${to}`);
  if (successors.length === 0 || stop.undo !== null) return stop;
  // It would wait for the very starts that wait for it; but not for what can be made before.
  const creations = operations.map(({ id }) => id).filter((id) => successors.includes(id));
  return { ...stop, after: creations, undo: { kind: 'container.start', name } };
}

const union = (ids: string[], more: string[]): string[] => [...new Set([...ids, ...more])];

/** The same operations, each behind those that it comes after. */
function inOrder(operations: Operation[]): Operation[] {
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const ordered = new Set<Operation>();
  const seen = new Set<Operation>();
  const visit = (operation: Operation): void => {
    if (seen.has(operation)) return;
    seen.add(operation);
    for (const earlier of operation.after.flatMap((id) => byId.get(id) ?? [])) visit(earlier);
    ordered.add(operation);
  };
  for (const operation of operations) visit(operation);
  return [...ordered];
}

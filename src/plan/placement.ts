import type { Service } from '../stack/stack.js';
import type { Observed, ObservedContainer } from './observed.js';

/** Which containers of a service stay, which are to be made (by slot), and which go. */
export interface Placement {
  service: Service;
  /** Made from the wanted spec; they stay, and are started where they don't run. */
  keep: ObservedContainer[];
  /** Free slots for containers to be made. */
  create: number[];
  remove: ObservedContainer[];
}

/**
 * Places the replicas of a service. New ones get free slots, so that they can run beside those they
 * replace. Pure.
 * @param hash hash of the wanted spec
 */
export function place(service: Service, hash: string, { containers, networks }: Observed): Placement {
  const own = containers.filter((container) => container.service === service.name);
  // A container whose network was removed cannot start again, though it still names it.
  const connected = service.networks.every(({ network }) => networks.some(({ name }) => name === network));
  const usable = own.filter((container) => connected && isUsable(container, service, hash, own)).toSorted(byPreference);
  const keep = usable.slice(0, service.replicas);
  const remove = own.filter((container) => !keep.includes(container));
  const taken = new Set(own.map(({ slot }) => slot));
  return { service, keep, create: freeSlots(service.replicas - keep.length, taken), remove };
}

/**
 * A container that was created but never started may lack its files (we were killed in between); a
 * paused, dying or crash-looping one is of no use; files can be exchanged in a running one only; and
 * one that ended cannot come back while another has its port.
 */
function isUsable(container: ObservedContainer, service: Service, hash: string, own: ObservedContainer[]): boolean {
  const revivable =
    service.onFileChange.kind === 'recreate' && (service.update === 'start-first' || !own.some(isActive));
  const states = revivable ? ['running', 'exited'] : ['running'];
  return (
    container.hash === hash &&
    states.includes(container.state) &&
    service.networks.every(({ network }) => container.networks.includes(network))
  );
}

/** Whether a container holds its ports and addresses. */
export const isActive = ({ state }: ObservedContainer): boolean => ['running', 'restarting', 'paused'].includes(state);

const byPreference = (a: ObservedContainer, b: ObservedContainer): number =>
  Number(b.state === 'running') - Number(a.state === 'running') || a.slot - b.slot;

function freeSlots(count: number, taken: ReadonlySet<number>): number[] {
  const slots: number[] = [];
  for (let slot = 1; slots.length < count; slot += 1) if (!taken.has(slot)) slots.push(slot);
  return slots;
}

/** The slots that serve once the plan is carried out, in order. */
export const desiredSlots = ({ keep, create }: Placement): number[] =>
  [...keep.map(({ slot }) => slot), ...create].toSorted((a, b) => a - b);

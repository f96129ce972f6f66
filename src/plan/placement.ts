import type { Network, Service } from '../stack/stack.js';
import { freeAddress } from '../stack/subnet.js';
import type { Observed, ObservedContainer } from './observed.js';

/** The place of a container to be made. */
export interface NewContainer {
  slot: number;
  /** Fixed addresses by network. */
  addresses: Record<string, string>;
}

/** Which containers of a service stay, which are to be made (by slot), and which go. */
export interface Placement {
  service: Service;
  /** Made from the wanted spec; they stay, and are started where they don't run. */
  keep: ObservedContainer[];
  /** Containers to be made. */
  create: NewContainer[];
  remove: ObservedContainer[];
  /** Those that go would have stayed, had nobody asked for new ones. */
  renewed: boolean;
}

/**
 * Places the replicas of a service. New ones get free slots, so that they can run beside those they
 * replace. Pure.
 * @param hash hash of the wanted spec
 * @param allocate gives a new container its fixed addresses
 * @param renewed none of those that are there shall stay
 */
export function place(
  service: Service,
  hash: string,
  { containers, networks }: Observed,
  allocate: AllocateAddresses,
  renewed = false,
): Placement {
  const own = containers.filter((container) => container.service === service.name);
  // A container whose network was removed cannot start again, though it still names it.
  const connected = service.networks.every(({ network }) => networks.some(({ name }) => name === network));
  const isKept = (container: ObservedContainer): boolean =>
    connected && !renewed && isUsable(container, service, hash, own);
  const usable = own.filter(isKept).toSorted(byPreference);
  const keep = usable.slice(0, service.replicas);
  const remove = own.filter((container) => !keep.includes(container));
  const taken = new Set(own.map(({ slot }) => slot));
  const slots = freeSlots(service.replicas - keep.length, taken);
  return { service, keep, create: slots.map((slot) => ({ slot, addresses: allocate(service) })), remove, renewed };
}

/**
 * A container that was created but never started may lack its files (we were killed in between); a
 * paused, dying or crash-looping one is of no use; files can be exchanged in a running one only; and
 * one that ended cannot come back while another has its port; and one that the engine finds unhealthy
 * while it runs will not get well by waiting.
 */
function isUsable(container: ObservedContainer, service: Service, hash: string, own: ObservedContainer[]): boolean {
  const revivable = service.onFileChange.kind === 'recreate' && (service.rollout !== null || !own.some(isActive));
  const states = revivable ? ['running', 'exited'] : ['running'];
  return (
    container.hash === hash &&
    container.health !== 'unhealthy' &&
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

/** Gives a new container of a service an address in every network that wants a fixed one. */
export type AllocateAddresses = (service: Service) => Record<string, string>;

/** Never gives an address twice, nor one that a container of the project has, running or not. */
export function addressAllocator(networks: Network[], { containers }: Observed): AllocateAddresses {
  const taken = new Set(containers.flatMap(({ addresses }) => Object.values(addresses)));
  const allocate = (network: string): string[] => {
    const plan = networks.find(({ name }) => name === network)?.addresses;
    if (!plan) return [];
    const address = freeAddress(plan.subnet, taken);
    taken.add(address);
    return [address];
  };
  return (service) =>
    Object.fromEntries(
      service.networks
        .filter(({ fixedAddress }) => fixedAddress)
        .flatMap(({ network }) => allocate(network).map((address) => [network, address])),
    );
}

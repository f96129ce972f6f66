import type { ObservedContainer } from './observed.js';
import { isActive, type NewContainer, type Placement } from './placement.js';
import { portIn } from './spec.js';

/** A container that a gateway shall know. */
export interface ServingContainer extends NewContainer {
  /** Where one that gives way listens, as it was made; left out: where the configuration says. */
  port?: number;
}

/** One step of a rolling change: which replicas of a service come, and which go. */
export interface Wave {
  create: NewContainer[];
  remove: ObservedContainer[];
}

/**
 * Cuts a change into steps of as many replicas as the service's rollout says. What only comes or only goes is
 * one step. Where old ones stop first, those that there is room for come before any stops. What does not run
 * (a run was killed that had just made it) is in nobody's way, and goes with the first. Pure.
 */
export function wavesOf({ service, keep, create, remove }: Placement): Wave[] {
  const { order, batch } = service.rollout ?? { order: 'start-first', batch: null };
  const [running, idle] = [remove.filter(isActive), remove.filter((container) => !isActive(container))];
  if (create.length === 0 || running.length === 0) return [{ create, remove }];
  const room = order === 'stop-first' ? Math.max(0, service.replicas - keep.length - running.length) : 0;
  const rest = { create: create.slice(room), remove: running };
  const ahead = room > 0 ? [{ create: create.slice(0, room), remove: [] }] : [];
  // Somebody must go on serving, where there are several.
  const most = order === 'stop-first' ? Math.max(1, running.length - 1) : Infinity;
  const [first, ...others] = [...ahead, ...cut(rest, Math.min(batch ?? Infinity, most))];
  return [{ create: first?.create ?? [], remove: [...(first?.remove ?? []), ...idle] }, ...others];
}

function cut({ create, remove }: Wave, size: number): Wave[] {
  const count = Math.ceil(Math.max(create.length, remove.length) / size);
  if (count <= 1) return [{ create, remove }];
  return Array.from({ length: count }, (_, index) => {
    const end = index === count - 1 ? undefined : (index + 1) * size;
    return { create: create.slice(index * size, end), remove: remove.slice(index * size, end) };
  });
}

/**
 * The containers that a gateway shall know while a change is under way. Pure.
 * @param arrived steps whose new replicas are ready
 * @param left steps whose old replicas get no more requests
 */
export function servingDuring(
  { keep, remove }: Placement,
  waves: Wave[],
  arrived: number,
  left: number,
): ServingContainer[] {
  const come = waves.slice(0, arrived).flatMap(({ create }) => create);
  const staying = waves.slice(left).flatMap((wave) => wave.remove.filter(isActive).map(asMade));
  const serving = [...keep, ...come, ...staying];
  // An upstream without servers would refuse everything; a dead one at least comes back.
  return (serving.length > 0 ? serving : remove.map(asMade)).toSorted((a, b) => a.slot - b.slot);
}

const asMade = ({ slot, addresses, spec }: ObservedContainer): ServingContainer => ({
  slot,
  addresses,
  port: portIn(spec),
});

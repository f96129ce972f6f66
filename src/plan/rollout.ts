import type { ServiceFile, Stack } from '../stack/stack.js';
import type { ObservedContainer } from './observed.js';
import { idsOf, isWait, operation, type Operation, type RolloutStep } from './operation.js';
import { isActive } from './placement.js';
import { bringUp, exchange, reload, retire, revive, type Wanted } from './service-operations.js';
import { hashesOf } from './spec.js';
import { servingDuring, wavesOf, type ServingContainer, type Wave } from './waves.js';

/** A gateway that goes on throughout, and learns of every step. */
export interface LiveGateway {
  wanted: Wanted;
  container: ObservedContainer;
  /** What must be done before it can be told anything. */
  awake: Operation[];
  /** Its files when these containers serve, by service name. */
  render(serving: Record<string, ServingContainer[]>): ServiceFile[];
}

/** The replicas' part of a plan. */
export interface RolledOut {
  /** All but the last exchange of the gateway's files, and what follows it. */
  operations: Operation[];
  /** Ids of what must have succeeded before the gateway learns of the end. */
  ready: string[];
  /** sha256 by path of the files that the gateway has by then; null: those that it has now. */
  applied: Record<string, string> | null;
  rollouts: RolloutStep[];
}

interface Change {
  wanted: Wanted;
  waves: Wave[];
  isStopFirst: boolean;
}

const GATEWAY_GOES = 'the gateway, which would have to know of every step, is replaced as well';

/**
 * Brings new replicas and takes old ones away, step by step: the gateway is told of those that are
 * ready, and of none that is about to stop. The old ones of the last step stay for `lastToGo`. Pure.
 * @param live null: the gateway is made or replaced in the same plan, so there can be one step only
 */
export function rollOut(stack: Stack, apis: Wanted[], base: Operation[], live: LiveGateway | null): RolledOut {
  const changes = apis.map((wanted) => changeOf(wanted, live !== null));
  const count = Math.max(0, ...changes.map(({ waves }) => waves.length));
  const kept = apis.flatMap((wanted) => wanted.placement.keep.flatMap((container) => revive(wanted, container)));
  const operations = [...(live?.awake ?? []), ...kept];
  let ready = waitsOf(operations);
  let applied: RolledOut['applied'] = null;

  for (let step = 0; step < count; step += 1) {
    const arriving = changes
      .filter(({ isStopFirst }) => !isStopFirst)
      .flatMap(({ wanted, waves }) => bringUp(stack, wanted, waves[step]?.create ?? [], base, step === 0 ? [] : ready));
    operations.push(...arriving);
    ready = [...ready, ...waitsOf(arriving)];
    const leaving = changes.filter(
      ({ waves, isStopFirst }) => hasLeaving(waves[step]) && (isStopFirst || step < count - 1),
    );
    if (leaving.length === 0) continue;

    const told: ReturnType<typeof tell> =
      live === null ? null : tell(live, servingAt(changes, step), applied, ready, step);
    if (told) {
      operations.push(told.operation);
      applied = told.applied;
      ready = [told.operation.id];
    }
    const drained =
      live === null ? [] : drain(live.container.name, leaving.flatMap(removedIn(step)), leaving, ready, `${step}`);
    operations.push(...drained);
    if (drained.length > 0) ready = idsOf(drained);
    const gone = leaving.flatMap((change) => giveWay(stack, change, step, base, ready));
    operations.push(...gone);
    if (gone.length > 0) ready = idsOf(gone);
  }
  return { operations, ready, applied, rollouts: changes.flatMap((change) => rolloutOf(change, live !== null)) };
}

/**
 * What takes the old replicas of the last step away, once everything that serves knows the new ones.
 * @param gone names of those that earlier steps take away
 */
export function lastToGo(
  apis: Wanted[],
  live: LiveGateway | null,
  gone: ReadonlySet<string>,
  after: string[],
): Operation[] {
  const leaving = apis
    .map((wanted) => ({ wanted, remove: wanted.placement.remove.filter(({ name }) => !gone.has(name)) }))
    .filter(({ remove }) => remove.length > 0);
  const removed = leaving.flatMap(({ remove }) => remove);
  const drained = live === null ? [] : drain(live.container.name, removed, leaving, after, 'last');
  const gate = drained.length > 0 ? [...after, ...idsOf(drained)] : after;
  return [...drained, ...leaving.flatMap(({ wanted, remove }) => retire(wanted, remove, gate))];
}

function changeOf(wanted: Wanted, inSteps: boolean): Change {
  const { create, remove, service } = wanted.placement;
  const isExchange = create.length > 0 && remove.length > 0;
  return {
    wanted,
    waves: inSteps ? wavesOf(wanted.placement) : [{ create, remove }],
    isStopFirst: inSteps && isExchange && service.rollout?.order === 'stop-first',
  };
}

const hasLeaving = (wave: Wave | undefined): boolean =>
  wave !== undefined && wave.remove.length + wave.create.length > 0;
const removedIn =
  (step: number) =>
  ({ waves }: Change): ObservedContainer[] =>
    waves[step]?.remove ?? [];
const waitsOf = (operations: Operation[]): string[] =>
  operations.filter(({ call }) => isWait(call)).map(({ id }) => id);

/** Whom the gateway shall know once those who arrive in a step are ready, and before those who leave in it stop. */
const servingAt = (changes: Change[], step: number): Record<string, ServingContainer[]> =>
  Object.fromEntries(
    changes.map(({ wanted: { placement }, waves, isStopFirst }) => [
      placement.service.name,
      servingDuring(placement, waves, isStopFirst ? step : step + 1, step + 1),
    ]),
  );

/** Exchanges the gateway's files in between; null when they stay the same. */
function tell(
  { wanted, container, render }: LiveGateway,
  serving: Record<string, ServingContainer[]>,
  applied: RolledOut['applied'],
  after: string[],
  step: number,
): { operation: Operation; applied: Record<string, string> } | null {
  const files = render(serving);
  const [told] = reload({ ...wanted, files }, container, applied, after);
  return told ? { operation: { ...told, id: `${told.id} (step ${step + 1})` }, applied: hashesOf(files) } : null;
}

/** Requests that the gateway has begun before it knew better may end. */
function drain(
  name: string,
  removed: ObservedContainer[],
  changed: Pick<Change, 'wanted'>[],
  after: string[],
  step: string,
): Operation[] {
  const seconds = Math.max(0, ...changed.map(({ wanted }) => wanted.placement.service.rollout?.drain ?? 0));
  if (seconds === 0 || !removed.some(isActive)) return [];
  const drained = operation({ kind: 'container.drain', name, seconds }, 'old replicas stop next', 'none', after);
  return [{ ...drained, id: `${drained.id} (${step})` }];
}

function giveWay(
  stack: Stack,
  { wanted, waves, isStopFirst }: Change,
  step: number,
  base: Operation[],
  after: string[],
): Operation[] {
  const { create, remove } = waves[step] ?? { create: [], remove: [] };
  return isStopFirst ? exchange(stack, wanted, { create, remove }, base, after) : retire(wanted, remove, after);
}

function rolloutOf({ wanted: { placement }, waves, isStopFirst }: Change, inSteps: boolean): RolloutStep[] {
  const { service, create, remove } = placement;
  if (service.rollout === null || create.length === 0 || !remove.some(isActive)) return [];
  const { batch, order } = service.rollout;
  const largest = Math.max(...waves.map((wave) => wave.create.length));
  return [
    {
      service: service.name,
      order: isStopFirst ? 'stop-first' : 'start-first',
      batch: largest,
      steps: waves.length,
      because: !inSteps && ((batch ?? Infinity) < create.length || order === 'stop-first') ? GATEWAY_GOES : null,
    },
  ];
}

import { isWait, subjectOf, type Call, type Operation, type Plan } from '../plan/operation.js';

const VERBS: Record<Call['kind'], { verb: string; doing: string; done: string }> = {
  'image.ensure': { verb: 'get', doing: 'getting image', done: 'got image' },
  'image.remove': { verb: 'remove', doing: 'removing image', done: 'removed image' },
  'network.create': { verb: 'create', doing: 'creating network', done: 'created network' },
  'network.remove': { verb: 'remove', doing: 'removing network', done: 'removed network' },
  'volume.create': { verb: 'create', doing: 'creating volume', done: 'created volume' },
  'volume.remove': { verb: 'remove', doing: 'removing volume', done: 'removed volume' },
  'container.create': { verb: 'create', doing: 'creating', done: 'created' },
  'container.start': { verb: 'start', doing: 'starting', done: 'started' },
  'container.wait': { verb: 'wait', doing: 'waiting for', done: 'ready:' },
  'container.reload': { verb: 'reload', doing: 'reloading', done: 'reloaded' },
  'container.drain': { verb: 'drain', doing: 'draining', done: 'drained' },
  'container.stop': { verb: 'stop', doing: 'stopping', done: 'stopped' },
  'container.remove': { verb: 'remove', doing: 'removing', done: 'removed' },
};

/** "creating fortress-api-v1-1" */
export const doing = (call: Call): string => `${VERBS[call.kind].doing} ${subjectOf(call)}`;

/** "created fortress-api-v1-1" */
export const done = (call: Call): string => `${VERBS[call.kind].done} ${subjectOf(call)}`;

/** "create": what is done to a subject that is named elsewhere. */
export const verb = (call: Call): string => VERBS[call.kind].verb;

/** "1.2 s" */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Operations by what they act on, in the order of their first appearance. */
export function bySubject({ operations }: Plan): Map<string, Operation[]> {
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const subject = subjectOf(operation.call);
    groups.set(subject, [...(groups.get(subject) ?? []), operation]);
  }
  return groups;
}

const PLURALS: [Call['kind'], string, string][] = [
  ['image.ensure', 'image to get', 'images to get'],
  ['container.create', 'container to create', 'containers to create'],
  ['container.start', 'container to start', 'containers to start'],
  ['container.reload', 'container to reload', 'containers to reload'],
  ['container.remove', 'container to remove', 'containers to remove'],
  ['network.create', 'network to create', 'networks to create'],
  ['network.remove', 'network to remove', 'networks to remove'],
  ['volume.create', 'volume to create', 'volumes to create'],
  ['volume.remove', 'volume to remove', 'volumes to remove'],
  ['image.remove', 'image to remove', 'images to remove'],
];

/** "4 images to get, 7 containers to create"; "nothing to do" when the plan changes nothing. */
export function summarize({ operations }: Plan): string {
  const created = new Set(
    operations.filter(({ call }) => call.kind === 'container.create').map(({ call }) => subjectOf(call)),
  );
  const counted = operations.filter(
    ({ call }) => !isWait(call) && !(call.kind === 'container.start' && created.has(call.name)),
  );
  const parts = PLURALS.flatMap(([kind, one, many]) => {
    const count = counted.filter(({ call }) => call.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.join(', ') || 'nothing to do';
}

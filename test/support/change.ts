import { engineState, type EngineState } from './engine.js';
import { recordEvents } from './events.js';
import type { Outcome } from './cli.js';
import type { Project } from './project.js';

/** `fortress plan --json`. */
export interface PlanDocument {
  changed: boolean;
  operations: { id: string; kind: string; cause: string; effect: string }[];
  credentials: { subject: string; action: string; detail: string }[];
  diffs: { service: string; path: string; diff: string }[];
}

/** What one `fortress up` was announced to do, and what it did. */
export interface Change {
  plan: PlanDocument;
  /** `create shop-api-v1-4`, sorted: what the plan says of containers. */
  promised: string[];
  /** The same of what the engine saw happen. */
  happened: string[];
  before: EngineState;
  after: EngineState;
  up: Outcome;
}

/** What a plan says of containers; waiting changes nothing. */
export const promisesOf = ({ operations }: PlanDocument): string[] =>
  operations
    .filter(({ kind }) => kind.startsWith('container.') && !/wait|drain/.test(kind))
    .map(({ id }) => id.replace('container.', '').replace(/ \(step \d+\)$/, ''))
    .toSorted();

/**
 * Plans, ups, and watches the engine meanwhile.
 * @throws Error when up fails
 */
export async function up(project: Project): Promise<Change> {
  const plan = await project.json<PlanDocument>('plan');
  const before = await engineState(project.name);
  const { result, events } = await recordEvents(project.name, () => project.ok('up'));
  const after = await engineState(project.name);
  return { plan, promised: promisesOf(plan), happened: events, before, after, up: result };
}

/** Names of containers that are not the same as before, be it that they are new or that they were restarted. */
export const touched = ({ before, after }: Change): string[] =>
  after.containers
    .filter(({ id, startedAt }) => !before.containers.some((old) => old.id === id && old.startedAt === startedAt))
    .map(({ name }) => name);

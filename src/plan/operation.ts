import type { ImageName } from '../images/image-source.js';
import type { Network, Readiness, Rollout, Service, ServiceFile, Volume } from '../stack/stack.js';

/** One thing that the engine is told to do. */
export type Call =
  | { kind: 'image.ensure'; image: ImageName; reference: string }
  | { kind: 'image.remove'; name: string }
  | { kind: 'network.create'; project: string; network: Network }
  | { kind: 'network.remove'; name: string }
  | { kind: 'volume.create'; project: string; volume: Volume }
  | { kind: 'volume.remove'; name: string }
  | { kind: 'container.create'; container: ContainerSpec }
  | { kind: 'container.start'; name: string }
  /** `ownHealthcheck`: the engine's health check is fortress's and asks the same; else it is the image's, if it has one. */
  | { kind: 'container.wait'; name: string; readiness: Readiness; ownHealthcheck: boolean }
  | { kind: 'container.reload'; name: string; service: Service; files: ServiceFile[] }
  | { kind: 'container.drain'; name: string; seconds: number }
  | { kind: 'container.stop'; name: string }
  | { kind: 'container.remove'; name: string };

/** A container as it shall be made. */
export interface ContainerSpec {
  project: string;
  name: string;
  slot: number;
  service: Service;
  files: ServiceFile[];
  /** Fixed address by network name. */
  addresses: Record<string, string>;
  hash: string;
  spec: string;
}

/** What the operation means for those who use the stack. */
export type Effect = 'none' | 'reload' | 'rolling' | 'stop-first' | 'data loss';

/** A node of the plan's graph. */
export interface Operation {
  /** `container.create fortress-api-v1-4`; unique within a plan. */
  id: string;
  /** Ids of the operations that must have succeeded before. */
  after: string[];
  /** Why: "model.onnx changed", "replicas 3 → 5". */
  cause: string;
  effect: Effect;
  call: Call;
  /** What takes it back when a later operation fails; null: it may stay. */
  undo: Call | null;
  /** What tidies up when this very operation fails. */
  cleanup: Call | null;
}

/** Operations in an order that respects `after`. */
export interface Plan {
  project: string;
  operations: Operation[];
  /** How replicas give way to new ones, where they do. */
  rollouts: RolloutStep[];
}

/** How the replicas of one service change. */
export interface RolloutStep {
  service: string;
  order: Rollout['order'];
  /** How many at a time, and in how many steps. */
  batch: number;
  steps: number;
  /** Why not as the configuration says; null: it is as it says. */
  because: string | null;
}

/** What a call acts on: the name of the container, network, volume or image. */
export function subjectOf(call: Call): string {
  switch (call.kind) {
    case 'image.ensure':
      return call.reference;
    case 'network.create':
      return call.network.name;
    case 'volume.create':
      return call.volume.name;
    case 'container.create':
      return call.container.name;
    default:
      return call.name;
  }
}

const FINAL: Call['kind'][] = [
  'container.reload',
  'container.stop',
  'container.remove',
  'network.remove',
  'volume.remove',
  'image.remove',
];

/** Whether an operation, once carried out, cannot be taken back; what it was built on must then stay too. */
export const isFinal = ({ call, undo }: Operation): boolean => undo === null && FINAL.includes(call.kind);

/** Whether a call only looks. */
export const isWait = ({ kind }: Call): boolean => kind === 'container.wait' || kind === 'container.drain';

/** An operation that stays when a later one fails, and needs no tidying up when it fails itself. */
export const operation = (call: Call, cause: string, effect: Effect, after: string[]): Operation => ({
  id: `${call.kind} ${subjectOf(call)}`,
  after,
  cause,
  effect,
  call,
  undo: null,
  cleanup: null,
});

export const idsOf = (operations: Operation[]): string[] => operations.map(({ id }) => id);

import type { ResolvedConfig } from '../config/resolved.js';
import type { Figures } from './figures.js';
import { count } from '../words.js';
import { percent, whole } from './words.js';

/** What stops the whole stack from serving more. */
export type FirstLimit = 'client' | 'processors' | 'replicas' | 'unknown';

/** How much the whole stack serves. */
export interface Capacity {
  requestsPerSecond: number;
  p99: number;
  /** The fewest with which it does so much. */
  connections: number;
  limit: FirstLimit;
  /** The same for people. */
  sentence: string;
}

/** What the figures were measured on. */
export interface Bench {
  /** Processors of the stack. */
  processors: number;
  /** The client had others for its own. */
  pinned: boolean;
  config: ResolvedConfig;
}

/** Of the most that was seen: what gives less than this waits for something; what gives more than needed only queues. */
const NEARLY_ALL = 0.95;
/** Share of a processor's time above which it has none left to speak of; others are counted less finely. */
const EXHAUSTED = 0.85;
const EXHAUSTED_BY_ALL = 0.9;
/** Share above which others are worth a word. */
const NOTABLE = 0.05;

/**
 * The capacity of the whole stack. Pure.
 * @param ofWhole figures of the last layer with different numbers of connections
 * @returns null when not one of them was without failures
 */
export function capacityOf(ofWhole: Figures[], bench: Bench): Capacity | null {
  const sound = ofWhole
    .filter(({ failures }) => Object.keys(failures).length === 0)
    .toSorted((one, other) => one.connections - other.connections);
  const most = Math.max(...sound.map(({ requestsPerSecond }) => requestsPerSecond));
  const knee = sound.find(({ requestsPerSecond }) => requestsPerSecond >= NEARLY_ALL * most);
  if (knee === undefined) return null;
  const limit = firstLimit(knee);
  const { requestsPerSecond, p99, connections } = knee;
  return { requestsPerSecond, p99, connections, limit, sentence: sentenceOf(knee, limit, bench) };
}

/** The stack is asked about first: while it has nothing left, how busy the client was does not matter. */
function firstLimit({ busy }: Figures): FirstLimit {
  if (busy.stack >= EXHAUSTED || busy.stack + (busy.others ?? 0) >= EXHAUSTED_BY_ALL) return 'processors';
  if (busy.client >= EXHAUSTED) return 'client';
  return busy.replica >= EXHAUSTED ? 'replicas' : 'unknown';
}

function sentenceOf(knee: Figures, limit: FirstLimit, bench: Bench): string {
  const { requestsPerSecond, p99, connections } = knee;
  const place = `${count(bench.processors, 'processor')}${bench.pinned ? '' : ', shared with the client'}`;
  const served = `${subjectOf(bench)} serves ${whole(requestsPerSecond)} requests/s at p99 ${p99.toFixed(1)} ms (on ${place}, ${count(connections, 'connection')})`;
  return `${served}; the first limit is ${describeLimit(knee, limit, bench)}.`;
}

/** The copy leaves shares by weight out, so what serves there is not all of the configuration. */
const subjectOf = ({ config: { routes } }: Bench): string =>
  routes.weights.length === 0
    ? 'This configuration'
    : `API ${routes.default} of this configuration, without the shares of others,`;

function describeLimit({ cpu, busy }: Figures, limit: FirstLimit, { config }: Bench): string {
  const gateway = cpu.gateway ?? 0;
  const costs = `a request takes ${whole(cpu.apis)} µs of the APIs and ${whole(gateway)} µs of the gateway`;
  switch (limit) {
    case 'processors':
      return `CPU time: ${costs}${mentionOthers(busy)}`;
    case 'client':
      return `the client of this benchmark, whose processor was busy; the stack could do more (it used ${percent(busy.stack)} of its CPU time)`;
    case 'replicas':
      return `the replicas of ${config.routes.default}: each is one thread, and they are busy; more of them would serve more`;
    case 'unknown':
      return `not CPU time (the stack used ${percent(busy.stack)} of it): it waited, for the network or for its own queues`;
  }
}

/** The engine itself is one of them: it writes what the containers log. */
const mentionOthers = ({ stack, others }: Figures['busy']): string =>
  others === null || others < NOTABLE
    ? ''
    : ` (the stack had ${percent(stack)} of it, the engine and whatever else runs on this machine ${percent(others)})`;

import type { Cell } from './cells.js';
import type { Round } from './round-sums.js';
import { median, sumCounts } from './statistics.js';

/** Medians over the rounds of one cell. */
export interface Figures {
  layer: string;
  title: string;
  connections: number;
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p90: number;
  p99: number;
  /** CPU time per request in microseconds: the robust figure on a machine with other work. */
  cpu: { gateway: number | null; apis: number };
  /**
   * Shares of time: of the stack's processors, by the stack and by others (null: not known of another machine); and
   * of the one processor that the busiest replica can use, and the client.
   */
  busy: { stack: number; others: number | null; replica: number; client: number };
  /** Not answered with success in all rounds, by status or error code. */
  failures: Record<string, number>;
}

/**
 * Pure.
 * @param processors that the stack had
 */
export function figuresOf({ layer, connections }: Cell, rounds: Round[], processors: number): Figures {
  const medianOf = (read: (round: Round) => number): number => median(rounds.map(read));
  const requestsPerSecond = medianOf((round) => round.requestsPerSecond);
  const stack = medianOf((round) => processorsUsed(round) / processors);
  return {
    layer: layer.name,
    title: layer.title,
    connections,
    requestsPerSecond,
    p50: medianOf(({ p50 }) => p50),
    p90: medianOf(({ p90 }) => p90),
    p99: medianOf(({ p99 }) => p99),
    cpu: {
      gateway: layer.configure === null ? null : medianOf(({ gatewayMicroseconds }) => gatewayMicroseconds ?? 0),
      apis: medianOf(({ apisMicroseconds }) => apisMicroseconds),
    },
    busy: {
      stack,
      // They are seen over the whole round, with the moments before and after the load, when the stack leaves them more.
      others: rounds.some(({ others }) => others === null)
        ? null
        : Math.min(
            medianOf(({ others }) => others ?? 0),
            Math.max(0, 1 - stack),
          ),
      replica: medianOf(({ busiestReplica }) => busiestReplica),
      client: medianOf(({ client }) => client),
    },
    failures: sumCounts(rounds.map(({ failures }) => failures)),
  };
}

const processorsUsed = ({ gatewayMicroseconds, apisMicroseconds, requestsPerSecond }: Round): number =>
  (((gatewayMicroseconds ?? 0) + apisMicroseconds) * requestsPerSecond) / 1e6;

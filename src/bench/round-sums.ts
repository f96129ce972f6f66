import { operationError } from '../errors.js';
import { count } from '../words.js';
import type { Cell } from './cells.js';
import { merge, percentile } from './histogram.js';
import type { LoadResult } from './load-job.js';
import { sum, sumCounts } from './statistics.js';

/** What one round of load came to. */
export interface Round {
  requestsPerSecond: number;
  /** Latencies in milliseconds. */
  p50: number;
  p90: number;
  p99: number;
  /** CPU time per request, in microseconds; null: the layer has no gateway. */
  gatewayMicroseconds: number | null;
  /** Of all replicas together. */
  apisMicroseconds: number;
  /** CPUs that the busiest replica used; it cannot use more than about one. */
  busiestReplica: number;
  /** CPUs that the busiest process of the client used, of its one. */
  client: number;
  /** Share that others had of the stack's processors; null: the engine is on another machine. */
  others: number | null;
  /** Not answered with success, by status or error code. */
  failures: Record<string, number>;
}

/** What the servers used in a whole round, warm-up included. */
interface Used {
  /** Seconds of CPU; null: there is no gateway. */
  gateway: number | null;
  /** The same of each replica. */
  replicas: number[];
  others: Round['others'];
}

/** What a round came to. Pure. */
export function roundOf(results: LoadResult[], { gateway, replicas, others }: Used): Round {
  const requestsPerSecond = sum(results.map(({ requests, seconds }) => requests / seconds));
  const answered = sum(results.map((result) => result.answered));
  const latencies = merge(results.map((result) => result.latencies));
  const perRequest = (seconds: number): number => (seconds / answered) * 1e6;
  return {
    requestsPerSecond,
    p50: percentile(latencies, 0.5),
    p90: percentile(latencies, 0.9),
    p99: percentile(latencies, 0.99),
    gatewayMicroseconds: gateway === null ? null : perRequest(gateway),
    apisMicroseconds: perRequest(sum(replicas)),
    busiestReplica: (perRequest(Math.max(0, ...replicas)) * requestsPerSecond) / 1e6,
    client: Math.max(...results.map((result) => result.cpuSeconds / result.seconds)),
    others,
    failures: sumCounts(results.map((result) => result.failures)),
  };
}

/** @throws FortressError: what is left of a round with errors measures nothing */
export function assertAnswered({ layer }: Cell, { failures, requestsPerSecond }: Round): void {
  const seen = Object.entries(failures).map(([outcome, times]) => `${outcome} (${count(times, 'time')})`);
  if (seen.length === 0 && requestsPerSecond > 0) return;
  throw operationError('LOAD_FAILED', `not every request was answered with 200 (layer "${layer.title}")`, {
    why: seen.length > 0 ? `instead of 200: ${seen.join(', ')}` : 'none was answered at all',
    hint: 'try fewer --connections; `fortress up` and `fortress verify` show whether the configuration works at all',
  });
}

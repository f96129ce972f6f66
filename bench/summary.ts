import { median } from '../src/bench/statistics.js';
import type { Target, TargetName } from './targets/target.js';

/** What one round of load did to one server. */
export interface Round {
  connections: number;
  requests: number;
  seconds: number;
  /** Latencies in milliseconds. */
  p50: number;
  p99: number;
  /** Of the server, in this round. */
  cpuSeconds: number;
}

/** Medians over the rounds with one number of connections. */
export interface Figures {
  connections: number;
  requestsPerSecond: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  /** The robust figure on a machine with other work: CPU time of the server, not time that passed. */
  cpuMicrosecondsPerRequest: number;
  /** Share of its core that the server used; well below 1, client or machine were the limit. */
  coreShare: number;
}

export interface TargetResult {
  name: TargetName;
  title: string;
  readySeconds: number;
  peakMemoryBytes: number;
  figures: Figures[];
}

function figuresOf(connections: number, rounds: Round[]): Figures {
  const medianOf = (read: (round: Round) => number): number => median(rounds.map(read));
  return {
    connections,
    requestsPerSecond: medianOf(({ requests, seconds }) => requests / seconds),
    p50Milliseconds: medianOf(({ p50 }) => p50),
    p99Milliseconds: medianOf(({ p99 }) => p99),
    cpuMicrosecondsPerRequest: medianOf(({ cpuSeconds, requests }) => (cpuSeconds / requests) * 1e6),
    coreShare: medianOf(({ cpuSeconds, seconds }) => cpuSeconds / seconds),
  };
}

/** Pure. */
export function summarize(
  { name, title }: Target,
  readySeconds: number[],
  peakMemoryBytes: number,
  rounds: Round[],
): TargetResult {
  const connections = [...new Set(rounds.map((round) => round.connections))];
  return {
    name,
    title,
    readySeconds: median(readySeconds),
    peakMemoryBytes,
    figures: connections.map((count) =>
      figuresOf(
        count,
        rounds.filter((round) => round.connections === count),
      ),
    ),
  };
}

/** How many times as much as another target. */
export interface Ratio {
  connections: number;
  requestsPerSecond: number;
  /** Of the CPU time per request: how many requests one does for the CPU time of one of the other's. */
  cpuPerRequest: number;
}

/** Pure. */
export function compare(one: TargetResult, other: TargetResult): Ratio[] {
  return one.figures.flatMap((figures) => {
    const others = other.figures.find(({ connections }) => connections === figures.connections);
    if (others === undefined) return [];
    return {
      connections: figures.connections,
      requestsPerSecond: figures.requestsPerSecond / others.requestsPerSecond,
      cpuPerRequest: others.cpuMicrosecondsPerRequest / figures.cpuMicrosecondsPerRequest,
    };
  });
}

import { table } from '../src/report/print.js';
import { compare, type TargetResult } from './summary.js';
import type { TargetName } from './targets/target.js';

/** What was compared, and what could not be. */
export interface BenchResult {
  machine: { processor: string; node: string; loadAverage: number };
  targets: TargetResult[];
  missing: { title: string; why: string }[];
}

const HEADER = ['', 'connections', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'core used'];

function figureRows({ title, figures }: TargetResult): string[][] {
  return figures.map((figure) => [
    title,
    String(figure.connections),
    figure.requestsPerSecond.toFixed(0),
    figure.p50Milliseconds.toFixed(2),
    figure.p99Milliseconds.toFixed(2),
    figure.cpuMicrosecondsPerRequest.toFixed(0),
    `${(figure.coreShare * 100).toFixed(0)} %`,
  ]);
}

const startRows = (targets: TargetResult[]): string[][] =>
  targets.map(({ title, readySeconds, peakMemoryBytes }) => [
    title,
    `${readySeconds.toFixed(2)} s`,
    `${(peakMemoryBytes / 2 ** 20).toFixed(0)} MB`,
  ]);

/** Our server against each of the others. */
const COMPARED: TargetName = 'server';

function ratioRows(targets: TargetResult[]): string[][] {
  const server = targets.find(({ name }) => name === COMPARED);
  if (server === undefined) return [];
  return targets
    .filter((target) => target !== server)
    .flatMap((other) =>
      compare(server, other).map(({ connections, requestsPerSecond, cpuPerRequest }) => [
        `against ${other.title}`,
        String(connections),
        `${requestsPerSecond.toFixed(2)} ×`,
        `${cpuPerRequest.toFixed(2)} ×`,
      ]),
    );
}

/** The result as text for people. */
export function formatResult({ machine, targets, missing }: BenchResult): string {
  const { processor, node, loadAverage } = machine;
  return [
    `${processor}, Node ${node}, load average ${loadAverage.toFixed(1)}; one core per server; medians`,
    table([HEADER, ...targets.flatMap(figureRows)]),
    table([['', 'first prediction', 'peak memory'], ...startRows(targets)]),
    table([['fortress', 'connections', 'requests/s', 'requests per CPU time'], ...ratioRows(targets)]),
    ...missing.map(({ title, why }) => `not measured: ${title}: ${why}`),
  ].join('\n\n');
}

/** The result as the one JSON document; ratios are our server's. */
export function toDocument(result: BenchResult): object {
  const server = result.targets.find(({ name }) => name === COMPARED);
  const others = result.targets.filter((target) => target !== server);
  const ratios =
    server === undefined ? {} : Object.fromEntries(others.map((other) => [other.name, compare(server, other)]));
  return { ...result, ratios };
}

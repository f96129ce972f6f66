import { table } from '../../../src/report/print.js';
import { median } from '../../../src/bench/statistics.js';
import type { Kill } from './kills.js';
import type { Sent } from './load.js';

export interface ChangeResult {
  machine: { processor: string; node: string; nginx: string; loadAverage: number };
  rate: number;
  phases: { name: string; seconds: number; sent: Sent[] }[];
  killed: { kills: Kill[]; sent: Sent[] };
}

/** Failures shown in words; `--json` has them all. */
const SHOWN = 20;

const KILLED = 'replicas killed';

interface Figures {
  sent: number;
  failed: number;
  /** Milliseconds, of those that did not fail; NaN: there are none. */
  p50: number;
  p99: number;
}

/** Pure. */
export function figuresOf(sent: Sent[]): Figures {
  const latencies = sent
    .filter(({ failure }) => failure === null)
    .map(({ milliseconds }) => milliseconds)
    .toSorted((one, other) => one - other);
  const percentile = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? Number.NaN;
  return { sent: sent.length, failed: sent.length - latencies.length, p50: percentile(0.5), p99: percentile(0.99) };
}

const row = (name: string, sent: Sent[], seconds: number | null): string[] => {
  const { sent: count, failed, p50, p99 } = figuresOf(sent);
  const took = seconds === null ? '' : `${seconds.toFixed(1)} s`;
  return [name, took, String(count), String(failed), p50.toFixed(1), p99.toFixed(1)];
};

function failureLines(phases: [name: string, sent: Sent[]][]): string[] {
  const lines = phases.flatMap(([name, sent]) =>
    sent.flatMap(({ at, milliseconds, fresh, failure }) => {
      if (failure === null) return [];
      const connection = fresh ? 'new connection' : 'kept connection';
      return `${name}: at ${(at / 1000).toFixed(2)} s, after ${milliseconds.toFixed(0)} ms, ${connection}: ${failure}`;
    }),
  );
  if (lines.length <= SHOWN) return lines;
  return [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`];
}

/** The result as text for people. Pure. */
export function formatResult({ machine, rate, phases, killed }: ChangeResult): string {
  const { processor, node, nginx, loadAverage } = machine;
  const changes = phases.flatMap(({ sent }) => sent);
  const back = killed.kills.map(({ backAfter }) => backAfter);
  return [
    `${processor}, Node ${node}, ${nginx}, load average ${loadAverage.toFixed(1)}; ${rate} requests/s`,
    table([
      ['', 'change took', 'sent', 'failed', 'p50 ms', 'p99 ms'],
      ...phases.map(({ name, seconds, sent }) => row(name, sent, seconds)),
      row('all changes', changes, null),
      row(`${KILLED} (${back.length} ×)`, killed.sent, null),
    ]),
    `a killed replica answered again after ${median(back).toFixed(1)} s (median; at most ${Math.max(...back).toFixed(1)} s)`,
    ...failureLines([...phases.map(({ name, sent }): [string, Sent[]] => [name, sent]), [KILLED, killed.sent]]),
  ].join('\n\n');
}

const failuresOf = (sent: Sent[]): Sent[] => sent.filter(({ failure }) => failure !== null);

/** The result as the one JSON document. Pure. */
export function toDocument({ machine, rate, phases, killed }: ChangeResult): object {
  return {
    machine,
    rate,
    phases: phases.map(({ name, seconds, sent }) => ({
      name,
      seconds,
      ...figuresOf(sent),
      failures: failuresOf(sent),
    })),
    changes: figuresOf(phases.flatMap(({ sent }) => sent)),
    killed: { kills: killed.kills, ...figuresOf(killed.sent), failures: failuresOf(killed.sent) },
  };
}

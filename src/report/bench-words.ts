import type { Figures } from '../bench/figures.js';
import type { BenchResult } from '../bench/result.js';
import { percent, whole } from '../bench/words.js';
import { count } from '../words.js';

export const LAYER_HEADER = [
  'layer',
  'requests/s',
  'of direct',
  'p50 ms',
  'p90 ms',
  'p99 ms',
  'gateway µs',
  'adds µs',
  'APIs µs',
  'stack busy',
  'others',
  'client busy',
];

/** A row for each layer; µs are CPU time per request, "adds" is against the layer before. Pure. */
export function layerRows(layers: Figures[]): string[][] {
  return layers.map((figures, index) => [
    figures.title,
    whole(figures.requestsPerSecond),
    percent(figures.requestsPerSecond / (layers[0]?.requestsPerSecond ?? Number.NaN)),
    ...latencies(figures),
    ...gatewayCells(figures, layers[index - 1]),
    whole(figures.cpu.apis),
    percent(figures.busy.stack),
    figures.busy.others === null ? '–' : percent(figures.busy.others),
    percent(figures.busy.client),
  ]);
}

function gatewayCells({ cpu }: Figures, before: Figures | undefined): string[] {
  if (cpu.gateway === null) return ['–', '–'];
  const added = Math.round(cpu.gateway - (before?.cpu.gateway ?? 0));
  return [whole(cpu.gateway), added < 0 ? `−${-added}` : `+${added}`];
}

export const CONNECTION_HEADER = ['connections', 'requests/s', 'p50 ms', 'p90 ms', 'p99 ms', 'stack busy', 'not 200'];

/** A row for each number of connections. Pure. */
export const connectionRows = (figures: Figures[]): string[][] =>
  figures.map((one) => [
    String(one.connections),
    whole(one.requestsPerSecond),
    ...latencies(one),
    percent(one.busy.stack),
    Object.entries(one.failures)
      .map(([outcome, times]) => `${times} × ${outcome}`)
      .join(', ') || '–',
  ]);

const latencies = ({ p50, p90, p99 }: Figures): string[] => [p50, p90, p99].map((value) => value.toFixed(2));

/** Share of the stack's processors in the hands of others from which figures of time mislead. */
const CROWDED = 0.2;

/** A sentence where the machine had so much else to do that times are not those of a quiet one; else null. Pure. */
export function warnOfOthers({ layers }: BenchResult): string | null {
  const most = Math.max(...layers.map(({ busy }) => busy.others ?? 0));
  if (most < CROWDED) return null;
  return `Others had up to ${percent(most)} of the stack's processors meanwhile: requests/s and latencies are not those of a quiet machine; go by the CPU time per request, or measure again later.`;
}

/** What was measured, where and how: sentences. Pure. */
export function describeBench({ machine, pinned, notPinned, settings }: BenchResult): string[] {
  const load = machine.loadAverage === null ? '' : `, load average before ${machine.loadAverage.toFixed(1)}`;
  return [
    `${machine.engine}, ${count(machine.processors, 'processor')}${load}.`,
    pinned
      ? `The stack had ${count(pinned.stack.length, 'processor')} for its own, the client ${count(pinned.client.length, 'other')}.`
      : `Stack and client shared all processors, so each took time from the other: ${notPinned}.`,
    `${count(settings.connections, 'connection')}; medians of ${count(settings.rounds, 'round')} of ${settings.seconds} s, the layers in turns.`,
  ];
}

/** How much it serves, in one sentence. Pure. */
export const concludeBench = ({ capacity }: BenchResult): string =>
  capacity?.sentence ?? 'How much it serves could not be told: with every number of connections some requests failed.';

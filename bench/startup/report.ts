import { median } from '../../src/bench/statistics.js';
import { table } from '../../src/report/print.js';
import type { Measured, Run } from './measure.js';
import { BARE, type Bar } from './subjects.js';

export interface StartupResult {
  machine: { processor: string; node: string; loadAverage: number };
  rounds: number;
  measured: Measured[];
}

/** Medians, in seconds. */
interface Figures {
  title: string;
  cpu: number;
  wall: number;
  /** CPU time, as a multiple of that of Node alone. */
  timesBare: number;
  bar: Bar | null;
  /** null: nothing was promised. */
  isKept: boolean | null;
}

function figuresOf(measured: Measured[]): Figures[] {
  const medians = measured.map(({ title, bar, runs }) => ({ title, bar, ...mediansOf(runs) }));
  const bare = medians.find(({ title }) => title === BARE)?.cpu ?? Number.NaN;
  return medians.map(({ bar, ...rest }) => {
    const timesBare = rest.cpu / bare;
    return { ...rest, timesBare, bar, isKept: bar && isKept(bar, { cpu: rest.cpu, timesBare }) };
  });
}

const mediansOf = (runs: Run[]): Run => ({
  cpu: median(runs.map(({ cpu }) => cpu)),
  wall: median(runs.map(({ wall }) => wall)),
});

const isKept = (bar: Bar, { cpu, timesBare }: { cpu: number; timesBare: number }): boolean =>
  'times' in bar ? timesBare <= bar.times : cpu <= bar.seconds;

const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)} ms`;

function verdict({ bar, isKept: kept }: Figures): string {
  if (bar === null) return '';
  const most = 'times' in bar ? `${bar.times} ×` : milliseconds(bar.seconds);
  return `at most ${most}: ${kept === true ? 'kept' : 'missed'}`;
}

/** Pure. */
export const toDocument = ({ measured, ...rest }: StartupResult): object => ({
  ...rest,
  medians: figuresOf(measured),
  measured,
});

/** Pure. */
export function formatResult({ machine, rounds, measured }: StartupResult): string {
  const { processor, node, loadAverage } = machine;
  return [
    `${processor}, Node ${node}, load average ${loadAverage.toFixed(1)}; medians of ${rounds} rounds`,
    '',
    table([
      ['', 'CPU time', '', 'returns', ''],
      ...figuresOf(measured).map((figures) => [
        figures.title,
        milliseconds(figures.cpu),
        `${figures.timesBare.toFixed(2)} ×`,
        milliseconds(figures.wall),
        verdict(figures),
      ]),
    ]),
  ].join('\n');
}

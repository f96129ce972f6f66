import { table } from '../../src/report/print.js';
import { median } from '../../src/bench/statistics.js';
import type { Measured, Run } from './measure.js';

export interface UpResult {
  machine: { processor: string; node: string; compose: string; loadAverage: number };
  /** Once with each form of the compose file. */
  idle: Measured[][];
  cold: Measured[];
}

/** Medians in seconds. */
interface Figures {
  title: string;
  wall: number;
  cpu: number;
  firstPrediction: number | null;
}

function figuresOf({ title, runs }: Measured): Figures {
  const medianOf = (read: (run: Run) => number): number => median(runs.map(read));
  const firstPrediction = medianOf((run) => run.firstPrediction ?? Number.NaN);
  return {
    title,
    wall: medianOf(({ wall }) => wall),
    cpu: medianOf(({ cpu }) => cpu),
    firstPrediction: Number.isNaN(firstPrediction) ? null : firstPrediction,
  };
}

/** How many times as long others take as ours. */
function ratiosOf(all: Figures[]): Figures[] {
  const fortress = all.filter(({ title }) => title.startsWith('fortress'));
  const others = all.filter((figures) => !fortress.includes(figures));
  return fortress.flatMap((ours) =>
    others.map((other) => ({
      title: `${ours.title} against ${other.title}`,
      wall: other.wall / ours.wall,
      cpu: other.cpu / ours.cpu,
      firstPrediction:
        ours.firstPrediction === null || other.firstPrediction === null
          ? null
          : other.firstPrediction / ours.firstPrediction,
    })),
  );
}

const cell = (value: number | null, unit: string): string => (value === null ? '' : `${value.toFixed(2)} ${unit}`);

const row = ({ title, wall, cpu, firstPrediction }: Figures, unit: string): string[] => [
  title,
  cell(wall, unit),
  cell(cpu, unit),
  cell(firstPrediction, unit),
];

function section(heading: string, measured: Measured[]): string {
  const all = measured.map(figuresOf);
  return table([
    [
      heading,
      'returns',
      'CPU time',
      all.some(({ firstPrediction }) => firstPrediction !== null) ? 'first prediction' : '',
    ],
    ...all.map((figures) => row(figures, 's')),
    ...ratiosOf(all).map((ratio) => row(ratio, '×')),
  ]);
}

/** The result as text for people; × says how many times as fast fortress is. Pure. */
export function formatResult({ machine, idle, cold }: UpResult): string {
  const { processor, node, compose, loadAverage } = machine;
  return [
    `${processor}, Node ${node}, compose ${compose}, load average ${loadAverage.toFixed(1)}; medians of ${cold[0]?.runs.length ?? 0} rounds`,
    ...idle.map((measured) => section('nothing to change', measured)),
    section('cold start', cold),
  ].join('\n\n');
}

function toPart(measured: Measured[]): object {
  const medians = measured.map(figuresOf);
  return { medians, ratios: ratiosOf(medians), measured };
}

/** The result as the one JSON document. Pure. */
export const toDocument = ({ machine, idle, cold }: UpResult): object => ({
  machine,
  idle: idle.map(toPart),
  cold: toPart(cold),
});

import { rotated } from '../../src/bench/statistics.js';
import { runTimed, type Timed } from '../up/timed.js';
import type { Bar, Subject } from './subjects.js';

/** Seconds of one run. */
export type Run = Pick<Timed, 'wall' | 'cpu'>;

export interface Measured {
  title: string;
  bar: Bar | null;
  runs: Run[];
}

export interface MeasureOptions {
  rounds: number;
  signal: AbortSignal;
  progress(line: string): void;
}

/**
 * Every subject once per round, in an order that rotates, so that a machine's moods meet all alike.
 * @throws FortressError (exit 1) when one ends in another way than it has to
 */
export async function measureStarts(
  subjects: Subject[],
  { rounds, signal, progress }: MeasureOptions,
): Promise<Measured[]> {
  // Once without looking: the first one finds nothing in the caches.
  for (const subject of subjects) await runSubject(subject);
  const measured = new Map(subjects.map((subject): [Subject, Run[]] => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of rotated(subjects, round)) {
      signal.throwIfAborted();
      measured.get(subject)?.push(await runSubject(subject));
    }
    progress(`round ${round + 1}/${rounds}`);
  }
  return [...measured].map(([{ title, bar }, runs]) => ({ title, bar, runs }));
}

async function runSubject({ command, cwd, exitCode }: Subject): Promise<Run> {
  const { wall, cpu } = await runTimed(command, { cwd, exitCode });
  return { wall, cpu };
}

import { OBJECTIVES, type Objective } from './check.js';
import type { CheckReport } from './run-checks.js';

/** How much of what was asked holds, in points. */
export interface Score {
  /** A promise that holds earns its weight, one with a warning half of it, anything else nothing. */
  points: number;
  /** What could have been earned. A skipped check is not among it: its question did not arise. */
  of: number;
  /** Checks that were skipped or inconclusive. With any of them the points are no grade. */
  unanswered: number;
}

type Scored = Pick<CheckReport, 'verdict' | 'severity' | 'objective'>;

/** A promise that the stack is worthless without weighs three times one that is good to have. */
const WEIGHTS: Record<CheckReport['severity'], number> = { critical: 3, major: 2, warning: 1 };
/** What could not be told earns nothing: silence must never look better than an honest failure. */
const EARNED: Record<CheckReport['verdict'], number> = { pass: 1, warn: 0.5, fail: 0, inconclusive: 0, skip: 0 };

/** Adds up checks, whichever objective they belong to. Pure. */
export function scoreOf(results: readonly Scored[]): Score {
  const asked = results.filter(({ verdict }) => verdict !== 'skip');
  return {
    points: sum(asked.map(({ verdict, severity }) => EARNED[verdict] * WEIGHTS[severity])),
    of: sum(asked.map(({ severity }) => WEIGHTS[severity])),
    unanswered: results.filter(({ verdict }) => verdict === 'skip' || verdict === 'inconclusive').length,
  };
}

export interface ObjectiveScore {
  objective: Objective;
  title: string;
  score: Score;
}

/** One score for each objective that something was asked of, in their order. Pure. */
export function scoresByObjective(results: readonly Scored[]): ObjectiveScore[] {
  const objectives = [...new Set(results.map(({ objective }) => objective))].toSorted((a, b) => a - b);
  return objectives.map((objective) => ({
    objective,
    title: OBJECTIVES[objective],
    score: scoreOf(results.filter((result) => result.objective === objective)),
  }));
}

/**
 * Points as a grade, 0 to 100, rounded down so that 100 means all of it. Null where there is none:
 * when some question got no answer, or nothing was asked.
 */
export const percentOf = ({ points, of, unanswered }: Score): number | null =>
  unanswered > 0 || of === 0 ? null : Math.floor((100 * points) / of);

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

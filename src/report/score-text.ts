import type { CheckReport } from '../verify/run-checks.js';
import { percentOf, scoreOf, scoresByObjective, type Score } from '../verify/score.js';
import { table } from './print.js';
import { count } from '../words.js';

/** `7.5 of 9` */
export const pointsOf = ({ points, of }: Score): string => `${points} of ${of}`;

/** The grade, or why there is none. */
export function gradeOf(score: Score): string {
  const percent = percentOf(score);
  if (percent !== null) return `${percent} %`;
  return score.unanswered > 0 ? `no grade: ${unansweredOf(score)}` : 'no grade: nothing was asked';
}

/** Points of each objective and of all, for people. */
export function formatPoints(results: readonly CheckReport[]): string {
  const rows = scoresByObjective(results).map(({ title, score }) => [
    title,
    pointsOf(score),
    score.unanswered > 0 ? unansweredOf(score) : '',
  ]);
  const whole = scoreOf(results);
  return table([...rows, ['all', pointsOf(whole), gradeOf(whole)]])
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

const unansweredOf = ({ unanswered }: Score): string => `${count(unanswered, 'check')} without an answer`;

import { OBJECTIVES } from '../verify/check.js';
import type { CheckReport } from '../verify/run-checks.js';
import { scoreOf } from '../verify/score.js';
import { contradictionsOf, evidenceOf } from './evidence.js';
import { visible } from './print.js';
import { subjectOf, toolOf, type Report } from './report-subject.js';
import { gradeOf, pointsOf } from './score-text.js';
import { countsOf, isRemarkable } from './verify-words.js';

/**
 * TAP version 14: a test point for each check. What is inconclusive is `not ok`, for TAP knows no
 * third answer; the diagnostics under it say so. A warning is `ok`, with diagnostics. Pure.
 */
export function formatTap(report: Report): string {
  const { results, summary } = report;
  const score = scoreOf(results);
  return `${[
    'TAP version 14',
    `1..${results.length}`,
    comment(`${toolOf(report)} of ${subjectOf(report)}, ${report.startedAt}`),
    ...results.flatMap(testPoint),
    comment(`${countsOf(summary)}; ${pointsOf(score)} points, ${gradeOf(score)}`),
  ].join('\n')}\n`;
}

function testPoint(check: CheckReport, index: number): string[] {
  const { id, title, verdict, summary } = check;
  const isOk = verdict !== 'fail' && verdict !== 'inconclusive';
  const directive = verdict === 'skip' ? ` # SKIP ${visible(summary)}` : '';
  return [
    `${isOk ? 'ok' : 'not ok'} ${index + 1} - ${escape(`${id}: ${title}`)}${directive}`,
    ...(isRemarkable(check) ? diagnostics(check) : []),
  ];
}

/** A YAML block. JSON's strings and numbers are YAML too, and nothing in them needs another escape. */
function diagnostics(check: CheckReport): string[] {
  const { verdict, severity, objective, summary, duration, hint } = check;
  const entries: [name: string, value: string | number | string[] | undefined][] = [
    ['verdict', verdict],
    ['severity', severity],
    ['objective', OBJECTIVES[objective]],
    ['message', summary],
    ['contradictions', contradictionsOf(check)],
    ['evidence', evidenceOf(check)],
    ['hint', hint],
    ['duration_ms', duration],
  ];
  return ['---', ...entries.flatMap(([name, value]) => yamlLines(name, value)), '...'].map((line) => `  ${line}`);
}

function yamlLines(name: string, value: string | number | string[] | undefined): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [`${name}: ${scalar(value)}`];
  return value.length === 0 ? [] : [`${name}:`, ...value.map((line) => `  - ${scalar(line)}`)];
}

const scalar = (value: string | number): string => JSON.stringify(typeof value === 'string' ? visible(value) : value);

/** In a description `#` would begin a directive. */
const escape = (text: string): string => visible(text).replaceAll(/[\\#]/g, String.raw`\$&`);

const comment = (text: string): string => `# ${visible(text)}`;

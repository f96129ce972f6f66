import type { CheckReport } from '../verify/run-checks.js';
import { scoresByObjective, type ObjectiveScore } from '../verify/score.js';
import { contradictionsOf, evidenceOf } from './evidence.js';
import { markup, type Content, type Markup } from './markup.js';
import { toolOf, type Report } from './report-subject.js';
import { gradeOf, pointsOf } from './score-text.js';
import { VERDICT_MARKS } from './verify-words.js';

/**
 * JUnit XML as Jenkins, GitLab and Ant's schema take it: a suite for each objective, a case for each
 * check. What is inconclusive is an error, a warning passes and is told in the suite's output. Pure.
 */
export function formatJunit(report: Report): string {
  const suites = scoresByObjective(report.results).map((objective, id) => suite(report, objective, id));
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
${suites}</testsuites>
`.text;
}

function suite(report: Report, { objective, title, score }: ObjectiveScore, id: number): Markup {
  const { target, submission, startedAt, results } = report;
  const name = packageOf(report);
  const cases = results.filter((result) => result.objective === objective);
  const numberOf = (verdict: CheckReport['verdict']): number =>
    cases.filter((result) => result.verdict === verdict).length;
  const time = cases.reduce((total, { duration }) => total + duration, 0);
  // The schema knows no time zone: it is UTC.
  const timestamp = startedAt.slice(0, 'YYYY-MM-DDThh:mm:ss'.length);
  return markup`  <testsuite id="${id}" name="${title}" package="${name}" hostname="${hostOf(target)}" timestamp="${timestamp}" tests="${cases.length}" failures="${numberOf('fail')}" errors="${numberOf('inconclusive')}" skipped="${numberOf('skip')}" time="${inSeconds(time)}">
    <properties>
${submission === undefined ? '' : property('submission', submission)}${target === null ? '' : property('target', target.https)}      <property name="points" value="${pointsOf(score)}"/>
      <property name="grade" value="${gradeOf(score)}"/>
    </properties>
${cases.map((check) => testcase(check, name))}    <system-out>${cases.map(outputLine)}</system-out>
    <system-err></system-err>
  </testsuite>
`;
}

/** `fortress.verify` */
const packageOf = (report: Report): string => toolOf(report).replaceAll(' ', '.');

/** The schema wants this name where there is none. */
const hostOf = (target: Report['target']): string => (target === null ? 'localhost' : new URL(target.https).hostname);

const property = (name: string, value: string): Markup =>
  markup`      <property name="${name}" value="${value}"/>
`;

const testcase = (check: CheckReport, name: string): Markup =>
  markup`    <testcase classname="${name}.${check.id.split('.', 1)}" name="${check.id}: ${check.title}" time="${inSeconds(check.duration)}">${outcome(check)}</testcase>
`;

function outcome(check: CheckReport): Content {
  const { verdict, summary, severity } = check;
  if (verdict === 'skip') return markup`<skipped message="${summary}"/>`;
  if (verdict === 'fail') return markup`<failure type="${severity}" message="${summary}">${details(check)}</failure>`;
  return verdict === 'inconclusive'
    ? markup`<error type="inconclusive" message="${summary}">${details(check)}</error>`
    : '';
}

const details = (check: CheckReport): string =>
  [
    `promised: ${check.title}`,
    ...contradictionsOf(check),
    ...evidenceOf(check),
    ...(check.hint === undefined ? [] : [`→ ${check.hint}`]),
  ].join('\n');

const outputLine = (check: CheckReport): string =>
  [
    `${VERDICT_MARKS[check.verdict]} ${check.id}: ${check.summary}`,
    ...(check.verdict === 'warn' ? contradictionsOf(check).map((line) => `  ${line}`) : []),
    '',
  ].join('\n');

const inSeconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

import { appendFile } from 'node:fs/promises';
import { OBJECTIVES } from '../verify/check.js';
import type { CheckReport } from '../verify/run-checks.js';
import { scoreOf, scoresByObjective } from '../verify/score.js';
import { contradictionsOf } from './evidence.js';
import { visible } from './print.js';
import { subjectOf, toolOf, type Report } from './report-subject.js';
import { gradeOf, pointsOf } from './score-text.js';
import { conclusionOf, countsOf, isRemarkable, seconds, VERDICT_MARKS } from './verify-words.js';

/**
 * In GitHub Actions: an annotation for each check that did not pass, and the job summary. Elsewhere nothing.
 * @param write to stdout or stderr: the runner reads workflow commands from both
 */
export async function announceOnGithub(
  report: Report,
  { write, env = process.env }: { write: (text: string) => void; env?: NodeJS.ProcessEnv },
): Promise<void> {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  for (const line of formatAnnotations(report)) write(`${line}\n`);
  const summaryFile = env['GITHUB_STEP_SUMMARY'];
  if (summaryFile) await appendFile(summaryFile, formatJobSummary(report));
}

/** Workflow commands. Pure. */
export const formatAnnotations = ({ results, ...report }: Report): string[] => {
  const strict = report.strict === true;
  return results
    .filter((check) => isRemarkable(check) || (strict && check.verdict === 'skip'))
    .map((check) => {
      const level = check.verdict === 'fail' || (strict && check.verdict !== 'warn') ? 'error' : 'warning';
      const title = `${OBJECTIVES[check.objective]}: ${check.id} ${check.verdict}`;
      return `::${level} title=${escapeProperty(title)}::${escapeData(messageOf(check))}`;
    });
};

const messageOf = (check: CheckReport): string =>
  [
    check.title,
    visible(check.summary),
    ...contradictionsOf(check),
    ...(check.hint === undefined ? [] : [`→ ${visible(check.hint)}`]),
  ].join('\n');

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Markdown as GitHub shows it. Pure. */
export function formatJobSummary(report: Report): string {
  const { results, summary, duration } = report;
  const whole = scoreOf(results);
  return `${[
    `## ${toolOf(report)}: ${escapeMarkdown(subjectOf(report))}`,
    '',
    `${escapeMarkdown(conclusionOf(report))} ${countsOf(summary)} in ${seconds(duration)}.`,
    '',
    '| objective | points | grade |',
    '| --- | ---: | --- |',
    ...scoresByObjective(results).map(({ title, score }) => row([title, pointsOf(score), gradeOf(score)])),
    row(['all', pointsOf(whole), gradeOf(whole)]),
    '',
    '| verdict | check | promised | seen |',
    '| --- | --- | --- | --- |',
    ...results.map((check) =>
      row([`${VERDICT_MARKS[check.verdict]} ${check.verdict}`, check.id, check.title, seenIn(check)]),
    ),
    '',
  ].join('\n')}\n`;
}

const seenIn = (check: CheckReport): string => [check.summary, ...contradictionsOf(check)].join('; ');

const row = (cells: string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;

/** Every mark that could begin a link, an image, a tag or a new cell becomes its character reference. */
const escapeMarkdown = (text: string): string =>
  visible(text).replaceAll(/[\\`*_{}[\]<>()#+!|&~@$]|:(?=\/\/)/g, (mark) => `&#${mark.charCodeAt(0)};`);

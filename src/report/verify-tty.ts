import { OBJECTIVES, type Check, type Objective } from '../verify/check.js';
import type { CheckReport } from '../verify/run-checks.js';
import { count } from '../words.js';
import { contradictionsOf, evidenceOf } from './evidence.js';
import { paletteFor, verdictMark } from './palette.js';
import { visible } from './print.js';
import type { Output, Reporter } from './reporter.js';
import type { Report } from './report-subject.js';
import { formatPoints } from './score-text.js';
import { conclusionOf, countsOf, isRemarkable, seconds } from './verify-words.js';

const ERASE_LINE = '\r\u001B[2K';
/** Width of the words that are usual; "inconclusive" may stand out. */
const VERDICT_WIDTH = 'pass'.length;
const EVIDENCE_INDENT = ' '.repeat(6);

/**
 * For people: each objective as soon as its last check is done, one line a check, evidence under
 * what did not pass. On a terminal a last line shows what is being asked right now.
 */
export function textReporter(output: Output, env: NodeJS.ProcessEnv = process.env): Reporter {
  const palette = paletteFor(output.isTerminal, env);
  const done = new Map<string, CheckReport>();
  const running = new Set<string>();
  let checks: readonly Check[] = [];

  const erase = (): void => {
    if (output.isTerminal) output.write(ERASE_LINE);
  };
  const progress = (): void => {
    if (output.isTerminal && running.size > 0) {
      output.write(palette.dim(`${done.size + 1}/${checks.length} ${[...running].join(', ')} …`.slice(0, 79)));
    }
  };
  const printObjective = (objective: Objective, reports: CheckReport[]): void => {
    const idWidth = Math.max(...checks.map(({ id }) => id.length));
    output.write(`\n${palette.bold(OBJECTIVES[objective])}\n`);
    for (const report of reports) {
      const { id, title, verdict, summary, duration } = report;
      const mark = verdictMark(palette, verdict, VERDICT_WIDTH);
      output.write(
        `  ${mark} ${id.padEnd(idWidth)}  ${visible(summary)} ${palette.dim(`(${seconds(duration)}${attemptsOf(report)})`)}\n`,
      );
      if (isRemarkable(report)) {
        output.write(`${EVIDENCE_INDENT}promised: ${title}\n`);
        for (const line of contradictionsOf(report)) output.write(`${EVIDENCE_INDENT}${line}\n`);
        for (const line of evidenceOf(report)) output.write(`${EVIDENCE_INDENT}${palette.dim(line)}\n`);
        if (report.hint !== undefined) output.write(`${EVIDENCE_INDENT}→ ${visible(report.hint)}\n`);
      }
    }
  };

  return {
    onRunStart: ({ https }, all) => {
      checks = all;
      output.write(`Verifying ${https}: ${count(all.length, 'check')}\n`);
    },
    onCheckStart: ({ id }) => {
      running.add(id);
      erase();
      progress();
    },
    onCheckEnd: (report) => {
      running.delete(report.id);
      done.set(report.id, report);
      const group = checks.filter(({ objective }) => objective === report.objective);
      const reports = group.flatMap(({ id }) => done.get(id) ?? []);
      erase();
      if (reports.length === group.length) printObjective(report.objective, reports);
      progress();
    },
    onRunEnd: (report) => {
      erase();
      output.write(`\n${palette.bold('Score')}\n${formatPoints(report.results)}\n\n${closingLine(report)}\n`);
    },
  };
}

/** Counts, what they come to, and what to do next. */
function closingLine(report: Report): string {
  const counts = `${countsOf(report.summary)} in ${seconds(report.duration)}.`;
  return [counts, conclusionOf(report), ...nextStep(report)].join(' ');
}

function nextStep({ summary: { fail, inconclusive }, submission }: Report): string[] {
  if (fail > 0) return ['See "expected" and "found" above, and what the containers log.'];
  if (inconclusive === 0) return [];
  return [
    submission === undefined ? 'Remove its cause and run it again with `--only`.' : 'Remove its cause and grade again.',
  ];
}

const attemptsOf = ({ earlier }: CheckReport): string => (earlier.length > 0 ? `, attempt ${earlier.length + 1}` : '');

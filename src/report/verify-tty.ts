import { OBJECTIVES, type Check, type Objective } from '../verify/check.js';
import type { CheckReport, VerifyReport } from '../verify/run-checks.js';
import { contradictionsOf, evidenceOf } from './evidence.js';
import { paletteFor, verdictMark } from './palette.js';
import type { Output, Reporter } from './reporter.js';

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
        `  ${mark} ${id.padEnd(idWidth)}  ${summary} ${palette.dim(`(${seconds(duration)}${attemptsOf(report)})`)}\n`,
      );
      if (needsEvidence(report)) {
        output.write(`${EVIDENCE_INDENT}promised: ${title}\n`);
        for (const line of contradictionsOf(report)) output.write(`${EVIDENCE_INDENT}${line}\n`);
        for (const line of evidenceOf(report)) output.write(`${EVIDENCE_INDENT}${palette.dim(line)}\n`);
        if (report.hint !== undefined) output.write(`${EVIDENCE_INDENT}→ ${report.hint}\n`);
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
      output.write(`\n${closingLine(report)}\n`);
    },
  };
}

const needsEvidence = ({ verdict }: CheckReport): boolean => verdict !== 'pass' && verdict !== 'skip';

/** Counts, and what to do next. */
function closingLine({ summary, duration }: VerifyReport): string {
  const counts = [
    `${summary.pass} passed`,
    ...(summary.fail > 0 ? [`${summary.fail} failed`] : []),
    ...(summary.warn > 0 ? [count(summary.warn, 'warning')] : []),
    ...(summary.inconclusive > 0 ? [`${summary.inconclusive} inconclusive`] : []),
    ...(summary.skip > 0 ? [`${summary.skip} skipped`] : []),
  ].join(', ');
  return `${counts} in ${seconds(duration)}. ${nextStep(summary)}`;
}

function nextStep({ fail, inconclusive, pass }: VerifyReport['summary']): string {
  if (fail > 0) return 'See "expected" and "found" above; `fortress logs` shows what the containers say.';
  if (inconclusive > 0)
    return 'What is inconclusive could not be told: remove its cause and run it again with `--only`.';
  return pass > 0 ? 'Everything that was asked holds.' : 'Nothing was asked.';
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const attemptsOf = ({ earlier }: CheckReport): string => (earlier.length > 0 ? `, attempt ${earlier.length + 1}` : '');

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

import type { VerifyReport } from '../verify/run-checks.js';
import { percentOf, scoreOf, scoresByObjective } from '../verify/score.js';
import type { Output, Reporter } from './reporter.js';

/** Raised when a reader of the old shape would misread the new one. */
const REPORT_VERSION = 1;

/** The document on stdout when all is done. */
export const jsonReporter = (output: Output): Reporter => ({
  onRunEnd: (report) => output.write(formatJson(report)),
});

/**
 * One JSON document:
 * `{ version, tool, submission?, target: { https, http } | null, startedAt, duration, summary: { pass, fail, warn, inconclusive, skip },
 * strict?, exitCode, score: { points, of, unanswered, percent, objectives: [{ objective, title, points, of,
 * unanswered, percent }] }, results: [{ id, title, objective, severity, verdict, summary,
 * expectations: [{ expected, found, ok }], exchanges: [{ request, response, duration }], facts, hint, duration,
 * earlier }] }`; durations in milliseconds, `percent` null where there is no grade. Pure.
 */
export const formatJson = ({ results, ...report }: VerifyReport): string =>
  `${JSON.stringify({ version: REPORT_VERSION, tool: 'fortress verify', ...report, score: score(results), results }, null, 2)}\n`;

function score(results: VerifyReport['results']): object {
  const whole = scoreOf(results);
  return {
    ...whole,
    percent: percentOf(whole),
    objectives: scoresByObjective(results).map(({ objective, title, score: part }) => ({
      objective,
      title,
      ...part,
      percent: percentOf(part),
    })),
  };
}

import type { VerifyReport } from '../verify/run-checks.js';
import type { Output, Reporter } from './reporter.js';

/** Raised when a reader of the old shape would misread the new one. */
const REPORT_VERSION = 1;

/**
 * One JSON document when all is done:
 * `{ version, tool, target: { https, http }, startedAt, duration, summary: { pass, fail, warn, inconclusive, skip },
 * exitCode, results: [{ id, title, objective, severity, verdict, summary, expectations: [{ expected, found, ok }],
 * exchanges: [{ request, response, duration }], facts, hint, duration, earlier }] }`; durations in milliseconds.
 */
export const jsonReporter = (output: Output): Reporter => ({
  onRunEnd: (report) => output.write(`${JSON.stringify(document(report), null, 2)}\n`),
});

const document = (report: VerifyReport): object => ({
  version: REPORT_VERSION,
  tool: 'fortress verify',
  ...report,
});

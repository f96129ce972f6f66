import { usageError } from '../errors.js';
import { parseReportOption, prepareReports, type ReportFile } from '../report/report-files.js';
import { VERIFY_FORMATS, type VerifyFormat } from '../report/verify-formats.js';
import { parseWhole } from './parse-options.js';

/** How `verify` is run and told of, as it comes from the command line. */
export interface RunFlags {
  report?: string[];
  strict?: boolean;
  timeout?: string;
  watch?: string | true;
}

export interface RunOptions {
  reports: ReportFile<VerifyFormat>[];
  /** What is inconclusive or skipped fails too. */
  strict: boolean;
  /** Seconds for a whole run; null: as long as it takes. */
  timeout: number | null;
  /** Seconds from the start of a run to the start of the next; null: one run. */
  watch: number | null;
}

const USUAL_INTERVAL = 60;
/** Seconds: Node's timers hold no more than 24.8 days. */
const LONGEST = 86_400;

/**
 * Checks the flags, and makes sure that the reports can be written.
 * @throws FortressError (exit 2)
 */
export async function runOptions({ json, ...flags }: RunFlags & { json?: boolean }): Promise<RunOptions> {
  if (json === true && flags.watch !== undefined) {
    throw usageError('--watch goes on for ever, --json is one document: they do not go together', {
      hint: 'Use --watch with --report json=FILE: the file is replaced after every run.',
    });
  }
  const options = {
    reports: parseReportOption(flags.report ?? [], VERIFY_FORMATS),
    strict: flags.strict === true,
    timeout: flags.timeout === undefined ? null : parseDuration(flags.timeout, '--timeout'),
    watch: parseWatch(flags.watch),
  };
  await prepareReports(options.reports);
  return options;
}

function parseWatch(watch: RunFlags['watch']): number | null {
  if (watch === undefined) return null;
  return watch === true ? USUAL_INTERVAL : parseDuration(watch, '--watch');
}

function parseDuration(text: string, flag: string): number {
  const seconds = parseWhole(text, flag, 'seconds');
  if (seconds >= 1 && seconds <= LONGEST) return seconds;
  throw usageError(`${flag}: found ${seconds}; expected 1 to ${LONGEST} seconds`);
}

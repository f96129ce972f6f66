import { ExitCode, usageError } from '../../errors.js';
import { BENCH_FORMATS } from '../../report/bench-formats.js';
import { formatBench } from '../../report/bench-text.js';
import { note, print, printJson } from '../../report/print.js';
import { parseReportOption, prepareReports, writeReports } from '../../report/report-files.js';
import { runBench } from '../bench/run.js';
import type { CommandBody } from '../command.js';
import { parseSeconds, parseWhole } from '../parse-options.js';
import { openProject } from '../project.js';

/** As they come from the command line. */
interface BenchFlags {
  rounds: string;
  seconds: string;
  connections: string;
  report?: string[];
  lockTimeout: string;
}

/** `fortress bench`: what each layer of the stack costs, and how much all of it serves. */
export const run: CommandBody<BenchFlags> = async ({ options, signal }) => {
  const { json = false } = options;
  const settings = {
    rounds: parseBounded(options.rounds, '--rounds', 'rounds', 100),
    seconds: parseBounded(options.seconds, '--seconds', 'seconds', 600),
    connections: parseBounded(options.connections, '--connections', 'connections', 1000),
    lockWait: parseSeconds(options.lockTimeout),
  };
  const reports = parseReportOption(options.report ?? [], BENCH_FORMATS);
  await prepareReports(reports);
  const config = await openProject(options);
  const result = await runBench(config, { ...settings, json, signal, note });
  // Before the end is told: with --json an error of writing must be the only document.
  await writeReports(reports, BENCH_FORMATS, result);
  if (json) printJson(result);
  else print(formatBench(result));
  return ExitCode.ok;
};

function parseBounded(text: string, flag: string, unit: string, most: number): number {
  const number = parseWhole(text, flag, unit);
  if (number >= 1 && number <= most) return number;
  throw usageError(`${flag}: found ${number}; expected 1 to ${most} ${unit}`);
}

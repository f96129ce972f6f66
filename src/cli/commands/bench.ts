import { resolve } from 'node:path';
import { ExitCode, usageError } from '../../errors.js';
import { formatBenchHtml } from '../../report/bench-html.js';
import { formatBench } from '../../report/bench-text.js';
import { note, print, printJson } from '../../report/print.js';
import { prepareReports, writeReportFile, type ReportFile } from '../../report/report-files.js';
import { runBench } from '../bench/run.js';
import type { CommandBody } from '../command.js';
import { parseSeconds, parseWhole } from '../parse-options.js';
import { openProject } from '../project.js';

/** As they come from the command line. */
interface BenchFlags {
  rounds: string;
  seconds: string;
  connections: string;
  report?: string;
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
  const report = options.report === undefined ? null : parseReport(options.report);
  if (report) await prepareReports([report]);
  const config = await openProject(options);
  const result = await runBench(config, { ...settings, json, signal, note });
  // Before the end is told: with --json an error of writing must be the only document.
  if (report) await writeReportFile(report, formatBenchHtml(result));
  if (json) printJson(result);
  else print(formatBench(result));
  return ExitCode.ok;
};

function parseReport(file: string): ReportFile {
  if (file === '') throw usageError('--report names no file', { hint: 'For example: --report bench.html' });
  return { format: 'html', path: resolve(file) };
}

function parseBounded(text: string, flag: string, unit: string, most: number): number {
  const number = parseWhole(text, flag, unit);
  if (number >= 1 && number <= most) return number;
  throw usageError(`${flag}: found ${number}; expected 1 to ${most} ${unit}`);
}

import { reportError } from '../src/cli/report-error.js';
import { print, printJson } from '../src/report/print.js';

interface Benchmark<Options extends { json: boolean }, Result> {
  usage: string;
  /** undefined: only the usage is asked for. */
  readOptions(parameters: string[]): Options | undefined;
  bench(options: Options, signal: AbortSignal): Promise<Result>;
  toDocument(result: Result): object;
  formatResult(result: Result): string;
}

/** Runs a benchmark as a program: options from the command line, its result or its error in the way of the CLI. */
export async function runBench<Options extends { json: boolean }, Result>(
  { usage, readOptions, bench, toDocument, formatResult }: Benchmark<Options, Result>,
  signal: AbortSignal,
): Promise<void> {
  const parameters = process.argv.slice(2);
  try {
    const options = readOptions(parameters);
    if (options === undefined) return print(usage);
    const result = await bench(options, signal);
    if (options.json) printJson(toDocument(result));
    else print(formatResult(result));
  } catch (error) {
    process.exitCode = reportError(error, { json: parameters.includes('--json'), interrupted: signal.aborted });
  }
}

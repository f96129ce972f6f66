import { ExitCode, FortressError } from '../../errors.js';
import { writeReports } from '../../report/report-files.js';
import { note } from '../../report/print.js';
import type { Output, Reporter } from '../../report/reporter.js';
import { VERIFY_FORMATS } from '../../report/verify-formats.js';
import { announceOnGithub } from '../../report/verify-github.js';
import { jsonReporter } from '../../report/verify-json.js';
import { formatCheckList } from '../../report/verify-list.js';
import { textReporter } from '../../report/verify-tty.js';
import type { Check } from '../../verify/check.js';
import { CHECKS } from '../../verify/checks/index.js';
import { runChecks, type VerifyReport } from '../../verify/run-checks.js';
import { promisedBy, selectChecks } from '../../verify/select-checks.js';
import { openTarget } from '../../verify/target.js';
import { unreachedReport } from '../../verify/unreached.js';
import type { CommandBody, GlobalOptions } from '../command.js';
import { runOptions, type RunFlags, type RunOptions } from '../run-options.js';
import { reachableTarget, type TargetFlags } from '../verify-target.js';
import { watchRuns } from '../watch.js';

/** As they come from the command line. */
interface VerifyFlags extends TargetFlags, RunFlags {
  only?: string;
  skip?: string;
  list?: boolean;
}

/** `fortress verify`: asks a running deployment whether it keeps its promises. */
export const run: CommandBody<VerifyFlags> = async ({ options, signal }) => {
  const checks = selectChecks(CHECKS, options);
  const json = options.json === true;
  if (options.list === true) {
    process.stdout.write(formatCheckList(checks, json));
    return ExitCode.ok;
  }
  const settings = { ...(await runOptions(options)), checks, signal };
  const runOnce = (reporter: Reporter): Promise<VerifyReport> => verifyOnce(options, settings, reporter);
  const output = { write: (text: string) => void process.stdout.write(text), isTerminal: process.stdout.isTTY };
  if (settings.watch !== null) return watchRuns({ every: settings.watch, signal, output, runOnce });
  const report = await runOnce(reporterFor(json, output));
  await announceOnGithub(report, { write: (text) => void (json ? process.stderr : process.stdout).write(text) });
  return report.exitCode;
};

interface RunSettings extends RunOptions {
  checks: readonly Check[];
  signal: AbortSignal;
}

/** Looks for the target anew: in between it may have been replaced. */
async function verifyOnce(
  options: GlobalOptions & TargetFlags,
  { checks, signal, reports, strict, timeout, watch }: RunSettings,
  reporter: Reporter,
): Promise<VerifyReport> {
  const { spec, engine } = await reachableTarget(options, watch === null ? note : () => undefined).catch(
    async (error: unknown) => {
      // A pipeline that collects reports should find that there was nothing to ask.
      if (isUnreachable(error))
        await writeReports(reports, VERIFY_FORMATS, unreachedReport(error, checks, options.url));
      throw error;
    },
  );
  const target = openTarget(spec, { engine });
  const stop = (): void => void target.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const promised = promisedBy(spec, checks);
    reporter.onRunStart?.({ https: spec.https }, promised);
    const report = await runChecks(target, promised, {
      signal,
      strict,
      timeout,
      events: { started: (check) => reporter.onCheckStart?.(check), finished: (done) => reporter.onCheckEnd?.(done) },
    });
    // Before the end is told: with --json an error of writing must be the only document.
    await writeReports(reports, VERIFY_FORMATS, report);
    reporter.onRunEnd?.(report);
    return report;
  } finally {
    signal.removeEventListener('abort', stop);
    await target.close();
  }
}

const isUnreachable = (error: unknown): error is FortressError =>
  error instanceof FortressError && error.exitCode === ExitCode.unreachable;

const reporterFor = (json: boolean, output: Output): Reporter => (json ? jsonReporter(output) : textReporter(output));

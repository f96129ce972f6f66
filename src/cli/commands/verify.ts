import { ExitCode } from '../../errors.js';
import type { Reporter } from '../../report/reporter.js';
import { jsonReporter } from '../../report/verify-json.js';
import { formatCheckList } from '../../report/verify-list.js';
import { textReporter } from '../../report/verify-tty.js';
import { CHECKS } from '../../verify/checks/index.js';
import { NOTHING_KNOWN, readEngineFacts } from '../../verify/engine-facts.js';
import { readOwnCredentials, readOwnLabels } from '../../verify/own-stack.js';
import { ownTarget } from '../../verify/own-target.js';
import { assertReachable } from '../../verify/preflight.js';
import { runChecks } from '../../verify/run-checks.js';
import { selectChecks } from '../../verify/select-checks.js';
import { openTarget, type TargetSpec } from '../../verify/target.js';
import type { CommandBody, GlobalOptions } from '../command.js';
import { openProject } from '../project.js';

/** As they come from the command line. */
interface VerifyFlags {
  only?: string;
  skip?: string;
  list?: boolean;
}

/** `fortress verify`: asks the running stack whether it keeps its promises. */
export const run: CommandBody<VerifyFlags> = async ({ options, signal }) => {
  const checks = selectChecks(CHECKS, options);
  const json = options.json === true;
  if (options.list === true) {
    process.stdout.write(formatCheckList(checks, json));
    return ExitCode.ok;
  }
  const target = openTarget(await reachableTarget(options));
  const reporter = reporterFor(json);
  const stop = (): void => void target.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    reporter.onRunStart?.({ https: target.spec.https }, checks);
    const report = await runChecks(target, checks, {
      signal,
      events: { started: (check) => reporter.onCheckStart?.(check), finished: (done) => reporter.onCheckEnd?.(done) },
    });
    reporter.onRunEnd?.(report);
    return report.exitCode;
  } finally {
    signal.removeEventListener('abort', stop);
    await target.close();
  }
};

/** The project's own stack. The engine is asked last: it may have to ask a registry. */
async function reachableTarget(options: GlobalOptions): Promise<TargetSpec> {
  const config = await openProject(options);
  const [credentials, labels] = await Promise.all([readOwnCredentials(config), readOwnLabels(config)]);
  await assertReachable(ownTarget(config, credentials, { labels, ...NOTHING_KNOWN }));
  return ownTarget(config, credentials, { labels, ...(await readEngineFacts(config)) });
}

function reporterFor(json: boolean): Reporter {
  const output = {
    write: (text: string) => void process.stdout.write(text),
    isTerminal: process.stdout.isTTY,
  };
  return json ? jsonReporter(output) : textReporter(output);
}

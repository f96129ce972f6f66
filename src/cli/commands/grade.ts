import { usageError } from '../../errors.js';
import { grade } from '../../grade/grade.js';
import { note } from '../../report/print.js';
import { parseReportOption, prepareReports, writeReports } from '../../report/report-files.js';
import { VERIFY_FORMATS } from '../../report/verify-formats.js';
import { announceOnGithub } from '../../report/verify-github.js';
import { jsonReporter } from '../../report/verify-json.js';
import { textReporter } from '../../report/verify-tty.js';
import { declareTarget, type ExternalFlags } from '../../verify/declare-target.js';
import type { Profile } from '../../verify/profile.js';
import { readCa } from '../../verify/read-ca.js';
import { readProfile } from '../../verify/read-profile.js';
import type { CommandBody } from '../command.js';
import { parseWhole } from '../parse-options.js';

/** As they come from the command line. */
interface GradeFlags extends ExternalFlags {
  profile?: string;
  report?: string[];
  static?: boolean;
  keep?: boolean;
  timeout?: string;
}

/** `fortress grade`: the files of a submission, and what it does when it runs. */
export const run: CommandBody<GradeFlags> = async ({ args: [source], options, signal }) => {
  if (source === undefined) throw usageError('grade what?', { hint: 'fortress grade FOLDER, or an archive' });
  const {
    report: texts = [],
    static: onlyFiles = false,
    keep = false,
    timeout = '180',
    profile: profileFile,
    json = false,
    ...others
  } = options;
  const files = parseReportOption(texts, VERIFY_FORMATS);
  await prepareReports(files);
  const output = { write: (text: string) => void process.stdout.write(text), isTerminal: process.stdout.isTTY };
  const reporter = json ? jsonReporter(output) : textReporter(output);
  const profile = profileFile === undefined ? {} : await readProfile(profileFile);
  const report = await grade({
    source,
    flags: await checkedFlags(others, profile),
    profile,
    onlyFiles,
    keep,
    timeout: parseWhole(timeout, '--timeout', 'seconds'),
    signal,
    reporter,
    note,
  });
  // Before the end is told: with --json an error of writing must be the only document.
  await writeReports(files, VERIFY_FORMATS, report);
  reporter.onRunEnd?.(report);
  await announceOnGithub(report, { write: (text) => void (json ? process.stderr : process.stdout).write(text) });
  return report.exitCode;
};

/**
 * What was said of the submission; what was not is left out. Held against the rules at once: nobody
 * wants to hear after the build that a flag is wrong.
 */
async function checkedFlags(options: ExternalFlags, profile: Profile): Promise<ExternalFlags> {
  const { url, http, ca, predictPath, replicas, header, rate } = options;
  const user = accountOf(options.user, profile, process.env['FORTRESS_PASSWORD']);
  const grafanaUser = accountOf(options.grafanaUser, profile.grafana, process.env['FORTRESS_GRAFANA_PASSWORD']);
  const flags = { url, http, user, ca, predictPath, replicas, header, rate, grafanaUser };
  const said: ExternalFlags = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  declareTarget({ url: 'https://localhost', user: 'admin:admin', ...said }, profile, {
    gateway: undefined,
    grafana: undefined,
  });
  const trusted = ca ?? profile.ca;
  if (trusted !== undefined) await readCa(trusted);
  return said;
}

/** `NAME[:PASSWORD]`, of a flag or else of a profile; undefined: neither names anybody. */
function accountOf(
  flag: string | undefined,
  { user, password }: { user?: string | undefined; password?: string | undefined } = {},
  fromEnvironment: string | undefined,
): string | undefined {
  if (flag?.includes(':')) return flag;
  const name = flag ?? user;
  // A password on the command line can be seen by other users of the machine.
  const secret = fromEnvironment || (name === user ? password : undefined);
  return name === undefined || secret === undefined ? name : `${name}:${secret}`;
}

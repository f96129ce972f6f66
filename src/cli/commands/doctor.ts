import { examine, exitCodeOf, type Examination } from '../../doctor/examine.js';
import { formatFindings } from '../../doctor/report.js';
import { note, print, printJson } from '../../report/print.js';
import type { CommandBody } from '../command.js';

interface DoctorOptions {
  fix?: boolean;
  yes?: boolean;
}

export const run: CommandBody<DoctorOptions> = async ({ options, signal }) => {
  const { json = false, fix = false, yes = false } = options;
  const first = await examine(options.config);
  if (!json) show(first);
  const last = fix ? await repair(first, { json, yes, config: options.config, signal }) : first;
  const exitCode = exitCodeOf(last);
  if (json) printJson({ ok: exitCode === 0, findings: last.findings, exitCode });
  return exitCode;
};

async function repair(
  examination: Examination,
  { json, yes, config, signal }: { json: boolean; yes: boolean; config: string | undefined; signal: AbortSignal },
): Promise<Examination> {
  const { applyFix } = await import('../../doctor/fix/apply-fix.js');
  const outcome = await applyFix(examination.engine, {
    yes,
    terminal: process.stdin.isTTY && process.stderr.isTTY,
    signal,
    // Beside the output of the commands that are run, so that the order is right.
    note,
  });
  if (outcome !== 'done') return examination;
  const again = await examine(config);
  if (!json) show(again);
  return again;
}

const show = ({ findings }: Examination): void =>
  print(formatFindings(findings, { color: process.stdout.hasColors?.() ?? false }));

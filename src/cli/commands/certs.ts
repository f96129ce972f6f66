import type { ResolvedConfig } from '../../config/resolved.js';
import { formatCredentialChange } from '../../credentials/change.js';
import { loadCredentials } from '../../credentials/load.js';
import type { PreparedCredentials } from '../../credentials/prepare.js';
import { saveCredentials } from '../../credentials/save.js';
import { ExitCode, usageError } from '../../errors.js';
import { withLock } from '../../lock/with-lock.js';
import { note, print, printJson } from '../../report/print.js';
import { renew } from '../certs/renew.js';
import { formatReport, reportCertificates } from '../certs/show.js';
import { trust } from '../certs/trust.js';
import type { CommandBody } from '../command.js';
import { openProject } from '../project.js';

interface CertsOptions {
  ca?: boolean;
  install?: boolean;
  uninstall?: boolean;
}

/** `fortress certs [renew|trust]`. */
export const run: CommandBody<CertsOptions> = async ({ args: [action = 'show'], options, signal }) => {
  const { ca = false, install = false, uninstall = false, json = false } = options;
  assertBelong(action, { '--ca': ca, '--install': install, '--uninstall': uninstall });
  const config = await openProject(options);
  if (action === 'renew') await renew(config, { ca, json, signal });
  else if (action === 'trust') await trust(config, { install, uninstall, json, signal });
  else await show(config, json, signal);
  return ExitCode.ok;
};

/** Which flags each action takes. */
const FLAGS: Partial<Record<string, string[]>> = { show: [], renew: ['--ca'], trust: ['--install', '--uninstall'] };

function assertBelong(action: string, flags: Record<string, boolean>): void {
  const allowed = FLAGS[action];
  if (allowed === undefined) {
    throw usageError(`fortress certs has no "${action}"`, { hint: 'fortress certs [show], renew or trust' });
  }
  const given = Object.keys(flags).filter((flag) => flags[flag]);
  const stray = given.find((flag) => !allowed.includes(flag));
  if (stray !== undefined) throw usageError(`${stray} does not belong to fortress certs ${action}`);
  if (given.length > 1) throw usageError(`${given.join(' and ')} do not go together`);
}

/** Makes what is missing or due, as `up` would, and shows what there is. */
async function show(config: ResolvedConfig, json: boolean, signal: AbortSignal): Promise<void> {
  const lock = { stateDir: config.stateDir, command: 'fortress certs', signal, note };
  const { credentials, written } = await withLock(lock, () => writeCredentials(config));
  const { changes, warnings } = credentials;
  const report = await reportCertificates(config, credentials);
  if (json) {
    printJson({ changes, warnings, written, ...report });
    return;
  }
  for (const change of changes) print(formatCredentialChange(change));
  for (const warning of warnings) print(`! ${warning}`);
  if (changes.length === 0) print('certificates and passwords are right as they are');
  print(`\n${formatReport(report)}`);
}

async function writeCredentials(
  config: ResolvedConfig,
): Promise<{ credentials: PreparedCredentials; written: string[] }> {
  const credentials = await loadCredentials(config, new Date());
  return { credentials, written: await saveCredentials(config, credentials.wanted) };
}

import { X509Certificate } from 'node:crypto';
import type { ResolvedConfig } from '../../config/resolved.js';
import { formatCredentialChange } from '../../credentials/change.js';
import { prepareCredentials } from '../../credentials/prepare.js';
import { saveCredentials } from '../../credentials/save.js';
import { readStore } from '../../credentials/store.js';
import { ExitCode } from '../../errors.js';
import { withLock } from '../../lock/with-lock.js';
import { print, printJson, table } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { openProject } from '../project.js';

export const run: CommandBody = async ({ options, signal }) => {
  const config = await openProject(options);
  const lock = {
    stateDir: config.stateDir,
    command: 'fortress certs',
    signal,
    note: (line: string) => void process.stderr.write(`${line}\n`),
  };
  const { credentials, written } = await withLock(lock, () => writeCredentials(config));
  const certificates = [describe('CA', credentials.caCertificate), describe('gateway', credentials.certificate)];
  if (options.json) {
    printJson({ changes: credentials.changes, written, certificates });
    return ExitCode.ok;
  }
  for (const change of credentials.changes) print(formatCredentialChange(change));
  if (credentials.changes.length === 0) print('certificates and passwords are right as they are');
  print(
    `\n${table([['', 'NAMES', 'VALID TO', 'SHA-256'], ...certificates.map(({ role, names, validTo, fingerprint }) => [role, names, validTo, fingerprint])])}`,
  );
  if (credentials.changes.length > 0) print('\nA running gateway gets them with: fortress up');
  return ExitCode.ok;
};

async function writeCredentials(
  config: ResolvedConfig,
): Promise<{ credentials: Awaited<ReturnType<typeof prepareCredentials>>; written: string[] }> {
  const credentials = await prepareCredentials(config, await readStore(config), new Date());
  return { credentials, written: await saveCredentials(config, credentials.wanted) };
}

function describe(role: string, pem: string): { role: string; names: string; validTo: string; fingerprint: string } {
  const certificate = new X509Certificate(pem);
  return {
    role,
    names: certificate.subjectAltName ?? certificate.subject.replaceAll('\n', ', '),
    validTo: new Date(certificate.validTo).toISOString().slice(0, 10),
    fingerprint: `${certificate.fingerprint256.slice(0, 23)}…`,
  };
}

import { X509Certificate } from 'node:crypto';
import type { ResolvedConfig } from '../../config/resolved.js';
import { formatCredentialChange } from '../../credentials/change.js';
import { operationError } from '../../errors.js';
import { print, printJson } from '../../report/print.js';
import { changeCredentials, describeEffect } from '../change-credentials.js';
import { servedCertificate } from './served.js';
import { formatReport, reportCertificates } from './show.js';

interface RenewOptions {
  /** A new CA too. */
  ca: boolean;
  json: boolean;
  signal: AbortSignal;
}

/**
 * Makes the gateway's certificate anew, although it would still do, and brings it to a running gateway.
 * @throws FortressError (exit 1) when the gateway serves another certificate in the end
 */
export async function renew(given: ResolvedConfig, { ca, json, signal }: RenewOptions): Promise<void> {
  const { credentials, effect, config } = await changeCredentials(
    given,
    { renew: ca ? 'ca' : 'certificate' },
    { command: 'fortress certs renew', json, signal },
  );
  if (effect === 'now') await assertServed(config, new X509Certificate(credentials.certificate));
  const report = await reportCertificates(config, credentials);
  if (json) {
    printJson({ changes: credentials.changes, warnings: credentials.warnings, effect, ...report });
    return;
  }
  if (effect !== 'now') {
    for (const change of credentials.changes) print(formatCredentialChange(change));
    for (const warning of credentials.warnings) print(`! ${warning}`);
  }
  print(`\n${formatReport(report)}\n\n✓ renewed; ${describeEffect(effect)}`);
}

async function assertServed(config: ResolvedConfig, wanted: X509Certificate): Promise<void> {
  const served = await servedCertificate(config);
  if (served?.fingerprint256 === wanted.fingerprint256) return;
  throw operationError('CERTIFICATE_NOT_SERVED', 'the gateway does not serve the new certificate', {
    why: served === null ? 'nothing answers on its port' : `it serves SHA-256 ${served.fingerprint256}`,
    hint: 'see whether something else listens there: `fortress status`; then `fortress up`',
  });
}

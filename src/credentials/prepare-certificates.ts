import { X509Certificate } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import { configError } from '../errors.js';
import type { CredentialChange } from './change.js';
import { inspectCa, inspectServerCertificate, type Inspection, type Requirements } from './inspect.js';
import type { KeyPair } from './issue.js';
import type { CredentialStore } from './store.js';
import { subjectNames } from './subject-names.js';

/** The CA and the gateway's certificate: those on disk where they are still right, else new ones. */
export async function prepareCertificates(
  { project, gateway: { hosts, tls } }: ResolvedConfig,
  stored: CredentialStore,
  now: Date,
): Promise<{ ca: KeyPair; server: KeyPair; changes: CredentialChange[] }> {
  const requirements: Requirements = { type: tls.key, renewBeforeDays: tls.renewBeforeDays, now };
  const names = subjectNames(hosts);
  const storedCa = inspectCa({ certificate: stored.caCertificate, key: stored.caKey }, requirements);
  // Loaded only where something must be issued: node-forge is slow to load.
  const ca = storedCa.ok ? storedCa.pair : await (await import('./issue.js')).issueCa(project, tls.key, now);
  const storedServer = inspectServerCertificate(
    { certificate: stored.certificate, key: stored.key },
    ca,
    names,
    requirements,
  );
  const server = storedServer.ok
    ? storedServer.pair
    : await (
        await import('./issue.js')
      ).issueServerCertificate(ca, { project, type: tls.key, names, days: tls.days, now });
  return {
    ca,
    server,
    changes: [...certificateChange('CA', storedCa), ...certificateChange('certificate', storedServer)],
  };
}

const certificateChange = (subject: 'CA' | 'certificate', inspection: Inspection): CredentialChange[] =>
  inspection.ok ? [] : [{ subject, action: inspection.action, detail: inspection.reason }];

/**
 * What becomes of the copy of the CA certificate for clients.
 * @throws FortressError (exit 2) when the path holds something else than a CA certificate of fortress
 */
export function prepareCaCopy(caFile: string | null, present: string | null, certificate: string): CredentialChange[] {
  if (caFile === null || present === certificate) return [];
  if (present !== null && present.trim() !== '' && !isOurCa(present)) {
    throw configError(`gateway.tls.caFile: found "${caFile}", a file that is not a CA certificate of fortress`, {
      why: 'fortress would overwrite it with a copy of its CA certificate',
      hint: 'name another path, or move the file away',
    });
  }
  return [{ subject: 'CA copy', action: 'write', detail: caFile }];
}

/** Whether a file holds a CA certificate that fortress made: the only thing that a copy may replace. */
function isOurCa(pem: string): boolean {
  // One certificate and nothing else: a bundle is somebody's own.
  if (pem.split('-----BEGIN').length !== 2) return false;
  try {
    return /^CN=fortress CA \(/m.test(new X509Certificate(pem).subject);
  } catch {
    return false;
  }
}

import { X509Certificate } from 'node:crypto';
import type { OwnCertificatePaths, ResolvedConfig } from '../config/resolved.js';
import { configError, usageError } from '../errors.js';
import type { CredentialChange } from './change.js';
import { inspectCa, inspectServerCertificate, nearExpiry, type Inspection, type Requirements } from './inspect.js';
import type { KeyPair } from './issue.js';
import { checkOwnCertificate, trustOf } from './own-certificate.js';
import type { OwnCertificateFiles } from './own-files.js';
import { trustedFile, type CredentialStore } from './store.js';
import { subjectNames } from './subject-names.js';

/** What is to be made anew on request: the gateway's certificate, or the CA and with it everything it signed. */
export type Renewal = 'certificate' | 'ca';

export interface PreparedCertificates {
  /** PEM; what clients are to trust. */
  trusted: string;
  server: KeyPair;
  /** What is kept of fortress's own certificates; those that a newer one of the person's own replaces stay. */
  kept: Pick<CredentialStore, 'caCertificate' | 'caKey' | 'certificate' | 'key'>;
  changes: CredentialChange[];
  warnings: string[];
}

interface Circumstances {
  now: Date;
  /** Files of a certificate that is not fortress's. */
  own: OwnCertificateFiles | null;
  renew: Renewal | undefined;
}

/** The certificates: a person's own as they are; else those on disk where they are still right, else new ones. */
export function prepareCertificates(
  config: ResolvedConfig,
  stored: CredentialStore,
  circumstances: Circumstances,
): Promise<PreparedCertificates> {
  const { own: paths } = config.gateway.tls;
  return paths === null
    ? issueWhereNeeded(config, stored, circumstances)
    : Promise.resolve(takeOwn(config, paths, stored, circumstances));
}

function takeOwn(
  { gateway: { hosts, tls } }: ResolvedConfig,
  paths: OwnCertificatePaths,
  stored: CredentialStore,
  { now, own: files, renew }: Circumstances,
): PreparedCertificates {
  if (files === null) throw new TypeError('the files of the own certificate were not read');
  if (renew !== undefined) {
    throw usageError(`the certificate is your own (${paths.certificate}): fortress does not renew it`, {
      hint: 'put the new one into that file, then `fortress up`',
    });
  }
  const { server, leaf } = checkOwnCertificate({ paths, files, hosts, now });
  const soon = nearExpiry(leaf, tls.renewBeforeDays, now);
  const { caCertificate, caKey, certificate, key } = stored;
  return {
    trusted: trustOf(files),
    server,
    kept: { caCertificate, caKey, certificate, key },
    changes: [],
    warnings: soon === null ? [] : [`your certificate (${paths.certificate}) ${soon}; fortress does not renew it`],
  };
}

async function issueWhereNeeded(
  config: ResolvedConfig,
  stored: CredentialStore,
  { now, renew }: Circumstances,
): Promise<PreparedCertificates> {
  const { project, stateDir, gateway } = config;
  const { hosts, tls } = gateway;
  const requirements: Requirements = { type: tls.key, renewBeforeDays: tls.renewBeforeDays, now };
  const names = subjectNames(hosts);
  const storedCa = unlessAsked(
    renew === 'ca',
    inspectCa({ certificate: stored.caCertificate, key: stored.caKey }, requirements),
  );
  // Loaded only where something must be issued: node-forge is slow to load.
  const ca = storedCa.ok ? storedCa.pair : await (await import('./issue.js')).issueCa(project, tls.key, now);
  const storedServer = unlessAsked(
    renew === 'certificate',
    inspectServerCertificate({ certificate: stored.certificate, key: stored.key }, ca, names, requirements),
  );
  const server = storedServer.ok
    ? storedServer.pair
    : await (
        await import('./issue.js')
      ).issueServerCertificate(ca, { project, type: tls.key, names, days: tls.days, now });
  return {
    trusted: ca.certificate,
    server,
    kept: { caCertificate: ca.certificate, caKey: ca.key, certificate: server.certificate, key: server.key },
    changes: [...certificateChange('CA', storedCa), ...certificateChange('certificate', storedServer)],
    warnings:
      storedCa.ok || stored.caCertificate === null
        ? []
        : [`the CA is a new one: every client must get ${trustedFile(gateway.tls, stateDir)} anew`],
  };
}

const unlessAsked = (asked: boolean, inspection: Inspection): Inspection =>
  asked && inspection.ok ? { ok: false, action: 'renew', reason: 'as you asked' } : inspection;

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

import { X509Certificate } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import type { CredentialChange } from './change.js';
import type { User } from './htpasswd.js';
import { prepareCaCopy, prepareCertificates } from './prepare-certificates.js';
import { preparePasswords } from './prepare-passwords.js';
import type { CredentialStore } from './store.js';

/** What the stack and its clients need to know. Never log it. */
export interface Credentials {
  /** PEM; what clients are told to trust. */
  caCertificate: string;
  /** PEM of the gateway's certificate alone: clients hold the CA, so nginx need not send it. */
  certificate: string;
  /** PEM of the gateway's private key. */
  key: string;
  htpasswd: string;
  users: User[];
  grafanaPassword: string | null;
  /** When the gateway's certificate expires. */
  expiresAt: Date;
}

export interface PreparedCredentials extends Credentials {
  /** Empty when everything on disk is right as it is. */
  changes: CredentialChange[];
  /** The files as they shall be; given to `saveCredentials`. */
  wanted: CredentialStore;
}

/**
 * Works out the credentials of a stack: what is on disk where that is still right, new ones where
 * it is not. Writes nothing.
 * @param stored what `readStore` found
 * @throws FortressError (exit 2) when `gateway.tls.caFile` names a file that is not a certificate
 */
export async function prepareCredentials(
  config: ResolvedConfig,
  stored: CredentialStore,
  now: Date,
): Promise<PreparedCredentials> {
  const certificates = await prepareCertificates(config, stored, now);
  const passwords = preparePasswords(config, stored);
  const copy = prepareCaCopy(config.gateway.tls.caFile, stored.caCopy, certificates.ca.certificate);
  return {
    caCertificate: certificates.ca.certificate,
    certificate: certificates.server.certificate,
    key: certificates.server.key,
    htpasswd: passwords.htpasswd,
    users: passwords.users,
    grafanaPassword: passwords.grafana,
    expiresAt: new Date(new X509Certificate(certificates.server.certificate).validTo),
    changes: [...certificates.changes, ...passwords.changes, ...copy],
    wanted: {
      caCertificate: certificates.ca.certificate,
      caKey: certificates.ca.key,
      certificate: certificates.server.certificate,
      key: certificates.server.key,
      htpasswd: passwords.htpasswd,
      passwords: passwords.passwordStore,
      caCopy: config.gateway.tls.caFile === null ? null : certificates.ca.certificate,
    },
  };
}

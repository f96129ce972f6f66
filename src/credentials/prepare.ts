import { randomBytes, X509Certificate } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolved.js';
import type { CredentialChange } from './change.js';
import { parseHtpasswd, verifyPassword, type User } from './htpasswd.js';
import type { OwnCertificateFiles } from './own-files.js';
import type { PasswordStore } from './passwords.js';
import { prepareCaCopy, prepareCertificates, type Renewal } from './prepare-certificates.js';
import { preparePasswords, type PreparedPasswords } from './prepare-passwords.js';
import type { CredentialStore } from './store.js';

/** What the stack and its clients need to know. Never log it. */
export interface Credentials {
  /** PEM, one or more; what clients are told to trust. It may be the gateway's own: allow partial chains. */
  caCertificate: string;
  /** PEM of the gateway's certificate: alone where clients hold its CA, so that nginx need not send it. */
  certificate: string;
  /** PEM of the gateway's private key. */
  key: string;
  htpasswd: string;
  users: User[];
  grafanaPassword: string | null;
  /** Secret; hashes of secret files are keyed with it. */
  hashKey: string;
  /** When the gateway's certificate expires. */
  expiresAt: Date;
}

export interface PreparedCredentials extends Credentials {
  /** Empty when everything on disk is right as it is. */
  changes: CredentialChange[];
  /** What people must do or know; sentences. */
  warnings: string[];
  /** With what a client gets in before, while and after the gateway takes these; null: with nothing, or it has none yet. */
  throughout: Pick<Credentials, 'caCertificate' | 'users'> | null;
  /** The files as they shall be; given to `saveCredentials`. */
  wanted: CredentialStore;
}

/** What a person asks for beyond what is due anyway. */
export interface CredentialRequest {
  /** Make these anew although they would still do. */
  renew?: Renewal;
  /** Changes the stored passwords; throws when it must not be. */
  editPasswords?(store: PasswordStore): PasswordStore;
}

/**
 * Works out the credentials of a stack: what is on disk where that is still right, new ones where
 * it is not. Writes nothing.
 * @param stored what `readStore` found
 * @param own what `readOwnFiles` found
 * @throws FortressError (exit 2) when `gateway.tls.caFile` names a file that is not a certificate, a
 * person's own certificate cannot serve, or what was asked for must not be
 */
export async function prepareCredentials(
  config: ResolvedConfig,
  stored: CredentialStore,
  now: Date,
  { own = null, renew, editPasswords }: CredentialRequest & { own?: OwnCertificateFiles | null } = {},
): Promise<PreparedCredentials> {
  const certificates = await prepareCertificates(config, stored, { now, own, renew });
  const passwords = preparePasswords(config, stored, editPasswords);
  const { caFile } = config.gateway.tls;
  const copy = prepareCaCopy(caFile, stored.caCopy, certificates.trusted);
  const hashKey = stored.hashKey ?? randomBytes(32).toString('base64url');
  return {
    caCertificate: certificates.trusted,
    certificate: certificates.server.certificate,
    key: certificates.server.key,
    htpasswd: passwords.htpasswd,
    users: passwords.users,
    grafanaPassword: passwords.grafana,
    hashKey,
    expiresAt: new Date(new X509Certificate(certificates.server.certificate).validTo),
    changes: [...certificates.changes, ...passwords.changes, ...copy],
    warnings: certificates.warnings,
    throughout: validThroughout(stored, certificates.trusted, passwords),
    wanted: {
      ...certificates.kept,
      htpasswd: passwords.htpasswd,
      passwords: passwords.passwordStore,
      hashKey,
      caCopy: caFile === null ? null : certificates.trusted,
    },
  };
}

/** The CAs of before and after, and the users whose password stays. */
function validThroughout(
  { caCertificate, htpasswd }: CredentialStore,
  trusted: string,
  { users, htpasswd: wanted }: PreparedPasswords,
): PreparedCredentials['throughout'] {
  const [hashes, after] = [parseHtpasswd(htpasswd ?? ''), parseHtpasswd(wanted)];
  const unchanged = users.filter(({ name, password }) => {
    const before = hashes.get(name) ?? '';
    // A hash that was kept is one that was right; to work one out takes its time.
    return before === after.get(name) || verifyPassword(password, before);
  });
  if (unchanged.length === 0) return null;
  const bundle = caCertificate === null || caCertificate === trusted ? trusted : caCertificate + trusted;
  return { caCertificate: bundle, users: unchanged };
}

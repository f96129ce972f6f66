import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedConfig } from '../config/resolved.js';
import { messageOf, operationError } from '../errors.js';

/** Everything secret that a project keeps, as text; null: there is no such file. */
export interface CredentialStore {
  caCertificate: string | null;
  caKey: string | null;
  certificate: string | null;
  key: string | null;
  htpasswd: string | null;
  passwords: string | null;
  /** Keys the hashes of secret files, which can be seen in labels. */
  hashKey: string | null;
  /** The copy of the CA certificate at `gateway.tls.caFile`. */
  caCopy: string | null;
}

/** Secret files, relative to the state folder. Keys come before their certificates: see `save.ts`. */
const SECRET_FILES = {
  hashKey: 'secrets/hash.key',
  passwords: 'secrets/passwords.json',
  htpasswd: 'secrets/htpasswd',
  caKey: 'secrets/ca.key',
  caCertificate: 'secrets/ca.crt',
  key: 'secrets/gateway.key',
  certificate: 'secrets/gateway.crt',
} as const satisfies Partial<Record<keyof CredentialStore, string>>;

export interface CredentialFile {
  part: keyof CredentialStore;
  /** Absolute. */
  path: string;
  /** Only its owner may read it. */
  secret: boolean;
}

/** Where each part of the store lies: absolute paths, in the order in which they are written. */
export function credentialFiles({
  stateDir,
  gateway,
}: CredentialLocation): { part: keyof CredentialStore; path: string; secret: boolean }[] {
  const secrets = Object.entries(SECRET_FILES).map(([part, path]) => ({
    part: part as keyof typeof SECRET_FILES,
    path: join(stateDir, path),
    secret: true,
  }));
  const copy = gateway.tls.caFile;
  return copy === null ? secrets : [...secrets, { part: 'caCopy', path: copy, secret: false }];
}

/** The part of a configuration that says where credentials lie. */
export type CredentialLocation = Pick<ResolvedConfig, 'stateDir' | 'gateway'>;

/** Absolute path of the CA certificate inside the state folder. */
export const caCertificatePath = (stateDir: string): string => join(stateDir, SECRET_FILES.caCertificate);

/** Absolute path of what clients are to trust, for `curl --cacert`. */
export const trustedFile = ({ own, caFile }: ResolvedConfig['gateway']['tls'], stateDir: string): string =>
  own === null ? (caFile ?? caCertificatePath(stateDir)) : (own.ca ?? own.certificate);

/** Absolute path of the file with the passwords that are not in the configuration. */
export const passwordsPath = (stateDir: string): string => join(stateDir, SECRET_FILES.passwords);

/**
 * Reads what is there.
 * @throws FortressError (exit 1) when a file is there and cannot be read
 */
export async function readStore(location: CredentialLocation): Promise<CredentialStore> {
  const entries = credentialFiles(location).map(async ({ part, path }) => [part, await readIfPresent(path)] as const);
  return { ...emptyStore(), ...Object.fromEntries(await Promise.all(entries)) };
}

/** The store of a project that has none yet. */
export const emptyStore = (): CredentialStore => ({
  caCertificate: null,
  caKey: null,
  certificate: null,
  key: null,
  htpasswd: null,
  passwords: null,
  hashKey: null,
  caCopy: null,
});

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw operationError('CREDENTIALS_UNREADABLE', `${path} cannot be read`, {
      why: messageOf(error),
      hint: 'run fortress as the user who owns the file, or correct its permissions',
      cause: error,
    });
  }
}

import type { CredentialStore } from '../credentials/store.js';
import type { User } from '../credentials/htpasswd.js';
import type { Credentials } from './reply.js';
import { credentialTexts, type SecretText } from './secret-texts.js';

interface Secrets {
  store: Pick<CredentialStore, 'caKey' | 'key' | 'htpasswd' | 'hashKey'>;
  users: readonly User[];
  grafana: Credentials | null;
  probeToken: string | null;
  /** PEM, of a certificate that is not fortress's. */
  ownKey: string | null;
}

/** What must be seen nowhere but in the state folder and in the files of the containers. Pure. */
export function ownSecrets({ store, users, grafana, probeToken, ownKey }: Secrets): SecretText[] {
  const known: [name: string, text: string | null][] = [
    ...hashesOf(store.htpasswd).map((hash): [string, string] => ['the hash of a password', hash]),
    ['the key of the CA', store.caKey && heartOf(store.caKey)],
    ['the key of the gateway', store.key && heartOf(store.key)],
    ['the key of the gateway', ownKey && heartOf(ownKey)],
    ['the key of hashes', store.hashKey],
    ['the probe token', probeToken],
  ];
  return [
    ...users.flatMap(({ name, password }) => credentialTexts({ user: name, password })),
    ...(grafana === null ? [] : credentialTexts(grafana)),
    ...known.flatMap(([name, text]) => (text ? [{ name, text }] : [])),
  ];
}

const hashesOf = (htpasswd: string | null): string[] =>
  (htpasswd ?? '').split('\n').flatMap((line) => line.slice(line.indexOf(':') + 1) || []);

/** A line from the middle of a PEM file: the first ones of all keys of a kind are alike, and a log may break lines. */
function heartOf(pem: string): string | null {
  const lines = pem.split('\n').filter((line) => /^[+/0-9A-Za-z]{32,}$/.test(line.trim()));
  return lines[Math.floor(lines.length / 2)]?.trim() ?? null;
}

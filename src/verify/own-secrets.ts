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
  /** Contents of the files that `apis.*.secrets` names, by key. */
  apiSecrets: Record<string, string>;
}

/** What must be seen nowhere but in the state folder and in the files of the containers. Pure. */
export function ownSecrets({ store, users, grafana, probeToken, ownKey, apiSecrets }: Secrets): SecretText[] {
  const known: [name: string, text: string | null][] = [
    ...hashesOf(store.htpasswd).map((hash): [string, string] => ['the hash of a password', hash]),
    ['the key of the CA', store.caKey && heartOf(store.caKey)],
    ['the key of the gateway', store.key && heartOf(store.key)],
    ['the key of the gateway', ownKey && heartOf(ownKey)],
    ['the key of hashes', store.hashKey],
    ['the probe token', probeToken],
    ...Object.entries(apiSecrets).map(([key, text]): [string, string | null] => [key, tellingSecret(text)]),
  ];
  return [
    ...users.flatMap(({ name, password }) => credentialTexts({ user: name, password })),
    ...(grafana === null ? [] : credentialTexts(grafana)),
    ...known.flatMap(([name, text]) => (text ? [{ name, text }] : [])),
  ];
}

const hashesOf = (htpasswd: string | null): string[] =>
  (htpasswd ?? '').split('\n').flatMap((line) => line.slice(line.indexOf(':') + 1) || []);

/** Fewest letters of a secret that no other text has by chance. */
const TELLING_LENGTH = 8;

/** Its longest line; null where that says too little. */
function tellingSecret(text: string): string | null {
  const [longest = ''] = text
    .split('\n')
    .map((line) => line.trim())
    .toSorted((a, b) => b.length - a.length);
  return longest.length >= TELLING_LENGTH ? longest : null;
}

/** A line from the middle of a PEM file: the first ones of all keys of a kind are alike, and a log may break lines. */
function heartOf(pem: string): string | null {
  const lines = pem.split('\n').filter((line) => /^[+/0-9A-Za-z]{32,}$/.test(line.trim()));
  return lines[Math.floor(lines.length / 2)]?.trim() ?? null;
}

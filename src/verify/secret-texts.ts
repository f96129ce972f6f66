import { basicToken } from './masking.js';
import type { Credentials } from './reply.js';

/** A secret, and what it is called where it was found. */
export interface SecretText {
  /** `the password of ana` */
  name: string;
  text: string;
}

/** What is a secret whoever made it. Hashes as crypt(3) and nginx write them. */
const PATTERNS: [name: string, pattern: RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['the hash of a password', /\$(?:apr1|[1567y]|2[abxy]|gy)\$[./0-9A-Za-z$=,]{20,}|\{S?SHA\}[+/0-9A-Za-z]{27}/],
];

/** Names of variables that hold the secret itself; `…_FILE` names a file with it. */
const SECRET_VARIABLE = /(?:password|passwd|secret|token|api_?key|private_?key|credentials?)$/i;

/** A shorter one is an ordinary word as well, and any text may hold it. */
const SHORTEST_PASSWORD = 8;

/** Credentials as they are written and as they are sent. Pure. */
export function credentialTexts({ user, password }: Credentials): SecretText[] {
  const sent = { name: `the credentials of ${user}`, text: basicToken(user, password) };
  return password.length < SHORTEST_PASSWORD ? [sent] : [sent, { name: `the password of ${user}`, text: password }];
}

/** As it is, and as it stands inside of JSON. */
const formsOf = ({ text }: SecretText): string[] => [text, JSON.stringify(text).slice(1, -1)];

/** Names of the secrets that a text holds, each once. Pure. */
export const secretsIn = (text: string, secrets: readonly SecretText[]): string[] => [
  ...new Set([
    ...secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form))).map(({ name }) => name),
    ...PATTERNS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name),
  ]),
];

/**
 * Names of the variables that are given a secret. Pure.
 * @param environment `NAME=value`
 */
export const secretVariables = (environment: readonly string[]): string[] =>
  environment.flatMap((entry) => {
    const [name = '', ...value] = entry.split('=');
    return SECRET_VARIABLE.test(name) && value.join('=') !== '' ? [name] : [];
  });

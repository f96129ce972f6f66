import { randomBytes, timingSafeEqual } from 'node:crypto';
import apacheMd5 from 'apache-md5';
import { encrypt as sha512Crypt } from 'unixcrypt';
import type { PasswordHash } from '../config/types.js';

/** A user and the password that is to work. */
export interface User {
  name: string;
  password: string;
}

export interface HtpasswdOptions {
  /** The kind that new hashes are of, and those that take the place of another kind. */
  hash: PasswordHash;
  /** The file as it is now; '' when there is none. */
  current: string;
  /** Further users of whom only the hash is known, by name; of either kind. */
  hashed?: Readonly<Record<string, string>>;
}

/**
 * The htpasswd file for these users, sorted by name. The line of a user whose password has not
 * changed is taken over as it is, so that the same configuration always gives the same bytes.
 */
export function formatHtpasswd(users: readonly User[], { hash, current, hashed = {} }: HtpasswdOptions): string {
  const hashes = parseHtpasswd(current);
  const lines = users.map(({ name, password }) => {
    const known = hashes.get(name) ?? '';
    const stays = FORMATS[hash].pattern.test(known) && verifyPassword(password, known);
    return `${name}:${stays ? known : hashPassword(password, hash)}\n`;
  });
  const ready = Object.entries(hashed).map(([name, known]) => `${name}:${known}\n`);
  return [...lines, ...ready].toSorted((a, b) => (a < b ? -1 : 1)).join('');
}

/** Hashes by user name. Lines that are none are left out. */
export function parseHtpasswd(text: string): Map<string, string> {
  const entries = text.split('\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
  });
  return new Map(entries);
}

interface Format {
  /** Of a whole hash; its first group is what the password is hashed with. */
  pattern: RegExp;
  /** Characters of base64 in a salt, 6 bits each. */
  saltLength: number;
  prefix: string;
  digest(password: string, setting: string): string;
}

const FORMATS: Record<PasswordHash, Format> = {
  'sha512-crypt': {
    pattern: /^(\$6\$[./0-9A-Za-z]{1,16})\$[./0-9A-Za-z]{86}$/,
    saltLength: 16,
    prefix: '$6$',
    digest: sha512Crypt,
  },
  apr1: {
    pattern: /^(\$apr1\$[./0-9A-Za-z]{1,8})\$[./0-9A-Za-z]{22}$/,
    saltLength: 8,
    prefix: '$apr1$',
    // apache-md5 counts and hashes UTF-16 units; clients send UTF-8, so each byte becomes one unit.
    digest: (password, setting) => apacheMd5(Buffer.from(password, 'utf8').toString('latin1'), `${setting}$`),
  },
};

/** Whether this is a hash as `hashPassword` makes them. */
export const isHash = (text: string): boolean => Object.values(FORMATS).some(({ pattern }) => pattern.test(text));

/** Whether a hash is that of this password; false for any kind of hash that `hashPassword` does not make. */
export function verifyPassword(password: string, hash: string): boolean {
  return Object.values(FORMATS).some(({ pattern, digest }) => {
    const setting = pattern.exec(hash)?.[1];
    return setting !== undefined && timingSafeEqual(Buffer.from(digest(password, setting)), Buffer.from(hash));
  });
}

/** A salted hash of a password, in the form of htpasswd files and crypt(3). */
export function hashPassword(password: string, kind: PasswordHash): string {
  const { prefix, saltLength, digest } = FORMATS[kind];
  const salt = randomBytes(saltLength).toString('base64').slice(0, saltLength).replaceAll('+', '.');
  return digest(password, `${prefix}${salt}`);
}

import { randomBytes, timingSafeEqual } from 'node:crypto';
import apacheMd5 from 'apache-md5';

/** A user and the password that is to work. */
export interface User {
  name: string;
  password: string;
}

/**
 * The htpasswd file for these users, sorted by name. The line of a user whose password has not
 * changed is taken over as it is, so that the same configuration always gives the same bytes.
 * @param current the file as it is now; '' when there is none
 * @param hashed further users of whom only the hash is known, by name
 */
export function formatHtpasswd(
  users: readonly User[],
  current: string,
  hashed: Readonly<Record<string, string>> = {},
): string {
  const hashes = parseHtpasswd(current);
  const lines = users.map(({ name, password }) => {
    const known = hashes.get(name);
    return `${name}:${known !== undefined && verifyPassword(password, known) ? known : hashPassword(password)}\n`;
  });
  const ready = Object.entries(hashed).map(([name, hash]) => `${name}:${hash}\n`);
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

const HASH = /^\$apr1\$([./0-9A-Za-z]{1,8})\$[./0-9A-Za-z]{22}$/;

/** Whether this is a hash as `hashPassword` makes them. */
export const isHash = (text: string): boolean => HASH.test(text);

/** Whether an apr1 hash is that of this password; false for any other kind of hash. */
export function verifyPassword(password: string, hash: string): boolean {
  const salt = HASH.exec(hash)?.[1];
  if (salt === undefined) return false;
  return timingSafeEqual(Buffer.from(apr1(password, salt)), Buffer.from(hash));
}

/** A salted apr1 hash of a password. */
export const hashPassword = (password: string): string =>
  apr1(password, randomBytes(6).toString('base64url').replaceAll(/[-_]/g, '.'));

// apache-md5 counts and hashes UTF-16 units; clients send UTF-8, so each byte becomes one unit.
const apr1 = (password: string, salt: string): string =>
  apacheMd5(Buffer.from(password, 'utf8').toString('latin1'), `$apr1$${salt}$`);

import { createHash } from 'node:crypto';
import { verify as verifySha256Crypt } from 'unixcrypt';
import { verifyPassword } from '../credentials/htpasswd.js';

/** Rounds that a file may ask for: a guess must not take minutes. */
const MOST_ROUNDS = 50_000;

/**
 * Whether this is the password behind a hash of an htpasswd file; false where that cannot be told (bcrypt, DES).
 * Pure.
 */
export function isPasswordOf(password: string, hash: string): boolean {
  if (hash.startsWith('{PLAIN}')) return hash.slice('{PLAIN}'.length) === password;
  if (hash.startsWith('{SHA}')) return sha1(password).toString('base64') === hash.slice('{SHA}'.length);
  if (hash.startsWith('{SSHA}')) {
    const bytes = Buffer.from(hash.slice('{SSHA}'.length), 'base64');
    return bytes.length > 20 && sha1(password, bytes.subarray(20)).equals(bytes.subarray(0, 20));
  }
  if (/^\$[56]\$rounds=\d/.test(hash)) {
    return roundsOf(hash) > 0 && isCrypt(hash) && verifySha256Crypt(password, hash);
  }
  return hash.startsWith('$5$') ? isCrypt(hash) && verifySha256Crypt(password, hash) : verifyPassword(password, hash);
}

/** How many rounds a guess takes: what a hash costs to look at; 0: it is not looked at. Pure. */
export function roundsOf(hash: string): number {
  const asked = /^\$[56]\$rounds=(\d+)/.exec(hash)?.[1];
  if (asked !== undefined) return Number(asked) <= MOST_ROUNDS ? Number(asked) : 0;
  if (hash.startsWith('$apr1$')) return 1000;
  return /^\$[56]\$/.test(hash) ? 5000 : 1;
}

const sha1 = (...parts: (string | Buffer)[]): Buffer =>
  parts.reduce((digest, part) => digest.update(part), createHash('sha1')).digest();

const isCrypt = (hash: string): boolean =>
  /^\$[56]\$(?:rounds=\d{4,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{43,86}$/.test(hash);

import type { Credentials } from './reply.js';
import type { TargetSpec } from './target.js';

export interface Masker {
  text(text: string): string;
  headers(headers: Record<string, string>): Record<string, string>;
}

const MASK = '***';
/** What follows the mask of credentials that are not the given ones. */
export const OF_GRAFANA = ' (of Grafana)';
export const WRONG_ON_PURPOSE = ' (wrong on purpose)';
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']);
/** A shorter password (the course's `admin`) is also an ordinary word, and masking it would garble the evidence. */
const SHORTEST_MASKED_PASSWORD = 8;

/** Replaces the target's credentials wherever they turn up, e.g. in an answer that echoes the request. */
export function createMasker({
  user,
  password,
  grafana,
  split,
}: Pick<TargetSpec, 'user' | 'password' | 'grafana' | 'split'>): Masker {
  const given = { user, password };
  const secrets = [
    ...(grafana ? [given, grafana] : [given]).flatMap((account) => [
      basicToken(account.user, account.password),
      ...(account.password.length >= SHORTEST_MASKED_PASSWORD ? [account.password] : []),
    ]),
    ...(split?.token ? [split.token] : []),
  ];
  const text = (original: string): string =>
    secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), original);
  const header = (name: string, value: string): string => {
    if (!SECRET_HEADERS.has(name.toLowerCase())) return text(value);
    if (!value.startsWith('Basic ')) return MASK;
    return `Basic ${MASK}${ownerOf(value.slice('Basic '.length), given, grafana)}`;
  };
  return {
    text,
    headers: (headers) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, header(name, value)])),
  };
}

/** Whose credentials were sent: evidence must tell right ones from those that ought to be refused. */
function ownerOf(token: string, given: Credentials, grafana: Credentials | null): string {
  if (token === basicToken(given.user, given.password)) return '';
  return grafana && token === basicToken(grafana.user, grafana.password) ? OF_GRAFANA : WRONG_ON_PURPOSE;
}

/** The credential part of an Authorization header (RFC 7617). */
export const basicToken = (user: string, password: string): string =>
  Buffer.from(`${user}:${password}`).toString('base64');

import type { TargetSpec } from './target.js';

export interface Masker {
  text(text: string): string;
  headers(headers: Record<string, string>): Record<string, string>;
}

const MASK = '***';
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']);
/** A shorter password (the course's `admin`) is also an ordinary word, and masking it would garble the evidence. */
const SHORTEST_MASKED_PASSWORD = 8;

/** Replaces the target's credentials wherever they turn up, e.g. in an answer that echoes the request. */
export function createMasker(spec: Pick<TargetSpec, 'user' | 'password' | 'grafana'>): Masker {
  const accounts = [{ user: spec.user, password: spec.password }, ...(spec.grafana ? [spec.grafana] : [])];
  const secrets = accounts.flatMap(({ user, password }) => [
    basicToken(user, password),
    ...(password.length >= SHORTEST_MASKED_PASSWORD ? [password] : []),
  ]);
  const text = (original: string): string =>
    secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), original);
  return {
    text,
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          SECRET_HEADERS.has(name.toLowerCase()) ? maskValue(value) : text(value),
        ]),
      ),
  };
}

/** The credential part of an Authorization header (RFC 7617). */
export const basicToken = (user: string, password: string): string =>
  Buffer.from(`${user}:${password}`).toString('base64');

/** Keeps the scheme: "Basic ***". */
const maskValue = (value: string): string => (value.startsWith('Basic ') ? `Basic ${MASK}` : MASK);

import type { Exchange } from './check.js';

/** One request to be made. */
export interface Ask {
  /** Default: the target's HTTPS origin. */
  origin?: string;
  /** Default: GET. */
  method?: 'GET' | 'POST';
  /** Path and query, sent as they are. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Basic credentials. */
  auth?: Credentials;
  /** Address to connect to instead of the origin's host; TLS is still checked against the host. */
  via?: string;
  /** Address of this machine to connect from. */
  from?: string;
  /** Whoever answers there, whatever certificate it has. */
  anyCertificate?: true;
  /** Milliseconds until an answer is given up. */
  timeout?: number;
}

export interface Credentials {
  user: string;
  password: string;
}

/** What came back; `status` is null when nothing did, and `error` says why. */
export interface Reply {
  status: number | null;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string;
  error: string | null;
  /** Node's or OpenSSL's code of the error, e.g. `ECONNREFUSED`. */
  errorCode: string | null;
  /** Milliseconds on the monotonic clock. */
  sentAt: number;
  doneAt: number;
  /** The record for evidence: credentials masked, long bodies cut. */
  exchange: Exchange;
}

/** `status` as people read it: the number, or the error that came instead. */
export const outcomeOf = (reply: Reply): string =>
  reply.status === null ? `no answer: ${reply.error}` : String(reply.status);

const CLOSED = new Set(['UND_ERR_SOCKET', 'ECONNRESET']);

/** The connection was closed instead of an answer: nginx' own way of refusing (444). */
export const isHungUp = ({ errorCode }: Pick<Reply, 'errorCode'>): boolean =>
  errorCode !== null && CLOSED.has(errorCode);

/** The body as JSON, or undefined when it is not JSON. */
export function jsonOf(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body) as unknown;
  } catch {
    return undefined;
  }
}

/** The connection failed because the server's certificate was refused; that is the question of `tls.trust`. */
export const isUntrusted = ({ errorCode }: Reply): boolean =>
  errorCode !== null && /CERT|SIGNED|UNABLE_TO_(?:GET|VERIFY)|ALTNAME/.test(errorCode);

/** Reads a property of something that came over the wire. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

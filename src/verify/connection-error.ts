import { messageOf } from '../errors.js';

/** Why a request got no answer, in words a person can act on. */
export function describeError(error: unknown, timeout: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  if (errorCodeOf(error) === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return 'the answer is too long to be one: it was not read to its end';
  }
  // One attempt per address that the name resolved to.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  const message = messageOf(error);
  return message === 'other side closed' ? 'the connection was closed without an answer' : message;
}

/** `ECONNREFUSED`, `DEPTH_ZERO_SELF_SIGNED_CERT` …, or null; `ETIMEDOUT` for whatever took too long. */
export function errorCodeOf(error: unknown): string | null {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'ETIMEDOUT';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : null;
}

import { randomBytes } from 'node:crypto';
import type { Ask } from './reply.js';

/** Makes requests that can be told apart in logs: by a query that servers write down and APIs ignore. */
export interface Marker {
  /** The n-th marked request. */
  mark(request: Ask, n: number): Ask;
  /** Which of the marked requests a log speaks of. */
  seenIn(log: string): Set<number>;
}

/** One that nobody else uses. */
export function createMarker(nonce: string = randomBytes(6).toString('hex')): Marker {
  const pattern = new RegExp(`verify=${nonce}-(\\d+)`, 'g');
  return {
    mark: (request, n) => ({
      ...request,
      path: `${request.path}${request.path.includes('?') ? '&' : '?'}verify=${nonce}-${n}`,
    }),
    seenIn: (log) => new Set([...log.matchAll(pattern)].map(([, n]) => Number(n))),
  };
}

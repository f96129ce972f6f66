import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What can be neither a header nor a log line of its own making. */
const HARMLESS = /^[\w.:-]{1,128}$/;

/**
 * Names requests: as the client or the gateway did in `X-Request-Id`, else by a random prefix, drawn
 * once, and a number: a random identifier for each would cost more than the rest of the name-giving.
 */
export function createRequestNamer(): (request?: IncomingMessage) => string {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  return (request) => {
    const given = request?.headers['x-request-id'];
    return typeof given === 'string' && HARMLESS.test(given) ? given : `${prefix}-${(count++).toString(36)}`;
  };
}

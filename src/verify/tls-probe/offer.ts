import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { messageOf } from '../../errors.js';
import { errorCodeOf } from '../connection-error.js';
import { buildClientHello, type HelloOffer } from './client-hello.js';
import { readServerFlight, type ServerFlight } from './server-flight.js';

/** What became of an offer. */
export type OfferAnswer =
  | { kind: 'flight'; flight: ServerFlight }
  | { kind: 'alert'; code: number }
  /** Hung up without a word. */
  | { kind: 'closed' }
  | { kind: 'unknown'; reason: string };

/** Where offers go; `serverName`: null for an address, which has none. */
export interface OfferEndpoint {
  host: string;
  port: number;
  serverName: string | null;
}

/** Milliseconds for all of it, so that an answer in drips ends as well. */
const TIMEOUT = 3_000;
/** Bytes; whoever sends more before its first turn ends is no TLS server. */
const LONGEST_FLIGHT = 64 * 1024;

/** Makes one connection, sends one ClientHello, reads what comes before anything is encrypted, and hangs up. Never rejects. */
export function sendOffer(
  { host, port, serverName }: OfferEndpoint,
  offer: HelloOffer,
  timeout = TIMEOUT,
): Promise<OfferAnswer> {
  const hello = buildClientHello(offer, serverName, { random: randomBytes(32), keyShare: randomBytes(32) });
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const socket = connect({ host, port });
    const finish = (answer: OfferAnswer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(atEnd(bytes, `no answer within ${timeout / 1000} s`)), timeout);
    // It may hang up while the hello is still on its way: then what it said before counts.
    const hungUp = (): void => finish(bytes.length === 0 ? { kind: 'closed' } : atEnd(bytes, 'half an answer'));
    socket.once('connect', () => socket.write(hello));
    socket.on('error', (error) => {
      if (HANG_UPS.has(errorCodeOf(error) ?? '')) hungUp();
      else finish({ kind: 'unknown', reason: messageOf(error) });
    });
    socket.once('end', hungUp);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const reading = readServerFlight(bytes);
      if (reading.kind === 'alert') finish(reading);
      else if (reading.kind === 'not TLS') finish({ kind: 'unknown', reason: `no TLS: ${reading.reason}` });
      else if (reading.kind === 'flight' && reading.isComplete) finish({ kind: 'flight', flight: reading.flight });
      else if (bytes.length > LONGEST_FLIGHT) finish({ kind: 'unknown', reason: 'an answer without an end' });
    });
  });
}

const HANG_UPS = new Set(['ECONNRESET', 'EPIPE']);

/** A ServerHello says what was chosen, whatever was to follow. */
function atEnd(bytes: Buffer, reason: string): OfferAnswer {
  const reading = readServerFlight(bytes);
  return reading.kind === 'flight' ? { kind: 'flight', flight: reading.flight } : { kind: 'unknown', reason };
}

import { readBytes, type ByteReader } from './byte-reader.js';
import { suiteOf } from './cipher-suites.js';

/** What a server answers to a ClientHello before anything is encrypted. */
export interface ServerFlight {
  /** Code of the version that it chose. */
  version: number;
  /** Code of the cipher suite that it chose. */
  suite: number;
  /** It wants another key share first: HelloRetryRequest (RFC 8446, 4.1.4). */
  isRetry: boolean;
  /** It compresses before it encrypts (CRIME). */
  compresses: boolean;
  /** It knows how to renegotiate safely (RFC 5746). */
  renegotiatesSafely: boolean;
  /** Code of the group that keys are agreed on in; null: none is named. */
  group: number | null;
  /** Bits of the prime of finite-field Diffie-Hellman; null: there is none. */
  primeBits: number | null;
  /** DER of its own certificate; null: not shown, or encrypted as of TLS 1.3. */
  leaf: Buffer | null;
}

/** What the bytes that came so far amount to. */
export type Reading =
  | { kind: 'flight'; flight: ServerFlight; isComplete: boolean }
  | { kind: 'alert'; code: number }
  /** Nothing to be made of it yet. */
  | { kind: 'partial' }
  | { kind: 'not TLS'; reason: string };

const ALERT = 21;
const HANDSHAKE = 22;
const CONTENT_TYPES = new Set([20, ALERT, HANDSHAKE, 23]);
const WARNING = 1;
const CLOSE_NOTIFY = 0;
/** Bytes of a record: 2¹⁴ and what encryption may add (RFC 5246, 6.2.3). */
const LONGEST_RECORD = 2 ** 14 + 2048;
/** Bytes; several times a chain of long certificates. */
const LONGEST_MESSAGE = 64 * 1024;

const SERVER_HELLO = 2;
const CERTIFICATE = 11;
const SERVER_KEY_EXCHANGE = 12;
const SERVER_HELLO_DONE = 14;

/** Reads the beginning of a server's side of a conversation, however little of it has come. Pure; never throws. */
export function readServerFlight(bytes: Buffer): Reading {
  try {
    const { messages, alert } = readRecords(bytes);
    const read = readMessages(messages);
    // It chose, and then could not go through with it: OpenSSL's way of refusing old versions.
    if (alert !== null && !read?.isComplete) return { kind: 'alert', code: alert };
    return read ? { kind: 'flight', ...read } : { kind: 'partial' };
  } catch (error) {
    return { kind: 'not TLS', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The handshake's bytes out of their records, and the first alert that ends it. */
function readRecords(bytes: Buffer): { messages: Buffer; alert: number | null } {
  const reader = readBytes(bytes);
  const fragments: Buffer[] = [];
  let alert: number | null = null;
  while (alert === null && reader.left() > 0) {
    const type = reader.uint(1);
    if (!CONTENT_TYPES.has(type)) throw new Error(`it begins with ${printable(bytes)}`);
    if (reader.left() < 4) break;
    const version = reader.uint(2);
    const length = reader.uint(2);
    if (version >> 8 !== 3) throw new Error(`a record of version ${hex(version)}`);
    if (length > LONGEST_RECORD) throw new Error(`a record of ${length} bytes`);
    // From here on it is encrypted.
    if (type !== HANDSHAKE && type !== ALERT) break;
    const content = reader.bytes(Math.min(length, reader.left()));
    if (type === HANDSHAKE) fragments.push(content);
    else if (content.length === 2) alert = alertIn(content);
  }
  return { messages: Buffer.concat(fragments), alert };
}

/** A warning, such as that the name is not known, ends nothing; a farewell does. */
function alertIn(content: Buffer): number | null {
  const [level, code = CLOSE_NOTIFY] = content;
  return level === WARNING && code !== CLOSE_NOTIFY ? null : code;
}

function readMessages(bytes: Buffer): { flight: ServerFlight; isComplete: boolean } | null {
  const reader = readBytes(bytes);
  let flight = null as ServerFlight | null;
  let isComplete = false;
  while (!isComplete && reader.left() >= 4) {
    const type = reader.uint(1);
    const length = reader.uint(3);
    if (length > LONGEST_MESSAGE) throw new Error(`a handshake message of ${length} bytes`);
    if (length > reader.left()) break;
    const body = readBytes(reader.bytes(length));
    if (!flight) {
      if (type !== SERVER_HELLO) throw new Error(`a handshake message of type ${type} instead of a ServerHello`);
      flight = readServerHello(body);
      isComplete = flight.version >= 0x0304;
    } else if (type === CERTIFICATE) flight = { ...flight, leaf: readLeaf(body) };
    else if (type === SERVER_KEY_EXCHANGE) flight = { ...flight, ...readKeyExchange(body, flight.suite) };
    else isComplete = type === SERVER_HELLO_DONE;
  }
  return flight && { flight, isComplete };
}

/** SHA-256 of "HelloRetryRequest", in place of the random (RFC 8446, 4.1.3). */
const RETRY = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

const SUPPORTED_VERSIONS = 43;
const KEY_SHARE = 51;
const RENEGOTIATION_INFO = 0xff01;

function readServerHello(reader: ByteReader): ServerFlight {
  const version = reader.uint(2);
  const random = reader.bytes(32);
  reader.vector(1);
  const suite = reader.uint(2);
  const compression = reader.uint(1);
  const extensions = readExtensions(reader);
  return {
    version: extensions.get(SUPPORTED_VERSIONS)?.readUInt16BE() ?? version,
    suite,
    isRetry: random.equals(RETRY),
    compresses: compression !== 0,
    renegotiatesSafely: extensions.has(RENEGOTIATION_INFO),
    group: extensions.get(KEY_SHARE)?.readUInt16BE() ?? null,
    primeBits: null,
    leaf: null,
  };
}

/** Their data by type; a server without any may leave out the list as well. */
function readExtensions(reader: ByteReader): Map<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  if (reader.left() === 0) return extensions;
  const list = readBytes(reader.vector(2));
  while (list.left() > 0) extensions.set(list.uint(2), list.vector(2));
  return extensions;
}

/** The first of the chain is the server's own; anonymous servers have none. */
function readLeaf(reader: ByteReader): Buffer | null {
  const chain = readBytes(reader.vector(3));
  return chain.left() === 0 ? null : chain.vector(3);
}

const NAMED_CURVE = 3;

/** The group of ECDHE (RFC 8422, 5.4) or the prime of DHE (RFC 5246, 7.4.3); RSA of export has neither. */
function readKeyExchange(reader: ByteReader, suite: number): Partial<ServerFlight> {
  const name = suiteOf(suite)?.name ?? '';
  if (/^TLS_ECDH(?:E|_anon)_/.test(name)) return reader.uint(1) === NAMED_CURVE ? { group: reader.uint(2) } : {};
  if (!/^TLS_DH(?:E|_anon)_/.test(name)) return {};
  const prime = BigInt(`0x${reader.vector(2).toString('hex') || '0'}`);
  return { primeBits: prime.toString(2).length };
}

const hex = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

/** The first bytes of what is no TLS, as text: `"HTTP/1.1 400 Bad"`. */
const printable = (bytes: Buffer): string =>
  JSON.stringify(
    bytes
      .subarray(0, 16)
      .toString('latin1')
      .replaceAll(/[^\u0020-\u007e]/g, '.'),
  );

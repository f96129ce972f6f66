import { VERSION_CODES, type ProtocolVersion } from './protocol-versions.js';

/** What is offered to a server: one version and no other, and these cipher suites. */
export interface HelloOffer {
  version: ProtocolVersion;
  /** Codes of cipher suites and signalling values, in the order of preference. */
  suites: readonly number[];
}

/** What must differ from one hello to the next: 32 bytes each. */
export interface HelloSecrets {
  random: Buffer;
  /** Public key for X25519: any 32 bytes are one. */
  keyShare: Buffer;
}

/** "I am not here because a better version failed" (RFC 7507). */
export const FALLBACK_SCSV = 0x5600;
/** "I know how to renegotiate safely" (RFC 5746, 3.4), which SSL 3.0 can say as well. */
const RENEGOTIATION_SCSV = 0x00ff;

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const X25519 = 0x001d;
/** From the best to those that only old servers have. No group of RFC 7919: it would keep a server from showing its own prime. */
const GROUPS = [X25519, 0x0017, 0x001e, 0x0018, 0x0019, 0x001a, 0x001b, 0x001c, 0x0016, 0x0015, 0x0013];
/** ECDSA, EdDSA, RSA-PSS, RSA and DSA, down to SHA-1 and MD5: whatever certificate there is, it is to be shown. */
const SIGNATURES = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
  0x0303, 0x0301, 0x0402, 0x0203, 0x0201, 0x0202, 0x0101,
];
/** Deflate first, where that may be said: a server that compresses takes it. */
const COMPRESSION = { allowed: [1, 0], ofTls13: [0] };

/**
 * A ClientHello in its record (RFC 8446, 4.1.2; RFC 5246, 7.4.1.2). Pure.
 * @param serverName the host that is asked for; null for an address, which has none
 */
export function buildClientHello(
  { version, suites }: HelloOffer,
  serverName: string | null,
  { random, keyShare }: HelloSecrets,
): Buffer {
  const isTls13 = version === 'TLS 1.3';
  const code = VERSION_CODES[version];
  const body = Buffer.concat([
    uint(Math.min(code, VERSION_CODES['TLS 1.2']), 2),
    random,
    vector(1, Buffer.alloc(0)),
    vector(2, ...[...suites, ...(isTls13 ? [] : [RENEGOTIATION_SCSV])].map((suite) => uint(suite, 2))),
    vector(1, Buffer.from(isTls13 ? COMPRESSION.ofTls13 : COMPRESSION.allowed)),
    ...(version === 'SSL 3.0' ? [] : [vector(2, ...extensionsFor(version, serverName, keyShare))]),
  ]);
  return Buffer.concat([
    uint(HANDSHAKE, 1),
    // The record's own version is the oldest that there is: some servers hang up at a newer one.
    uint(Math.min(code, VERSION_CODES['TLS 1.0']), 2),
    vector(2, uint(CLIENT_HELLO, 1), vector(3, body)),
  ]);
}

function extensionsFor(version: ProtocolVersion, serverName: string | null, keyShare: Buffer): Buffer[] {
  const code = VERSION_CODES[version];
  const knowsSignatures = code >= VERSION_CODES['TLS 1.2'];
  return [
    ...(serverName === null ? [] : [extension(0, vector(2, uint(0, 1), vector(2, Buffer.from(serverName, 'latin1'))))]),
    extension(10, vector(2, ...GROUPS.map((group) => uint(group, 2)))),
    // Points of curves are not compressed.
    extension(11, vector(1, uint(0, 1))),
    ...(knowsSignatures ? [extension(13, vector(2, ...SIGNATURES.map((signature) => uint(signature, 2))))] : []),
    ...(version === 'TLS 1.3'
      ? [extension(43, vector(1, uint(code, 2))), extension(51, vector(2, uint(X25519, 2), vector(2, keyShare)))]
      : []),
  ];
}

const extension = (type: number, data: Buffer): Buffer => Buffer.concat([uint(type, 2), vector(2, data)]);

/** What a length of so many bytes stands before. */
function vector(lengthBytes: number, ...parts: Buffer[]): Buffer {
  const data = Buffer.concat(parts);
  return Buffer.concat([uint(data.length, lengthBytes), data]);
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

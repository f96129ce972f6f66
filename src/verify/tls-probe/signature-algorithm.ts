import { readBytes, type ByteReader } from './byte-reader.js';

/** How a certificate was signed. */
export interface SignatureAlgorithm {
  name: string;
  /** Its hash has collisions that somebody found: the signature proves nothing. */
  isBroken: boolean;
}

const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;

const RSA = '1.2.840.113549.1.1.';
const ECDSA = '1.2.840.10045.4.';
const PSS = `${RSA}10`;
const NAMES: Record<string, string> = {
  [`${RSA}2`]: 'RSA with MD2',
  [`${RSA}4`]: 'RSA with MD5',
  [`${RSA}5`]: 'RSA with SHA-1',
  [`${RSA}14`]: 'RSA with SHA-224',
  [`${RSA}11`]: 'RSA with SHA-256',
  [`${RSA}12`]: 'RSA with SHA-384',
  [`${RSA}13`]: 'RSA with SHA-512',
  [`${ECDSA}1`]: 'ECDSA with SHA-1',
  [`${ECDSA}3.1`]: 'ECDSA with SHA-224',
  [`${ECDSA}3.2`]: 'ECDSA with SHA-256',
  [`${ECDSA}3.3`]: 'ECDSA with SHA-384',
  [`${ECDSA}3.4`]: 'ECDSA with SHA-512',
  '1.2.840.10040.4.3': 'DSA with SHA-1',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};
/** The beginning of every SHA-2 in DER; RSA-PSS that names no hash means SHA-1. */
const SHA_2 = Buffer.from('6086480165030402', 'hex');

/**
 * The algorithm of a certificate's signature (RFC 5280, 4.1.1.2), which Node does not tell. Pure.
 * @param certificate DER
 * @throws Error when it is no certificate
 */
export function signatureAlgorithmOf(certificate: Buffer): SignatureAlgorithm {
  const parts = readBytes(element(readBytes(certificate), SEQUENCE));
  element(parts, SEQUENCE);
  const algorithm = element(parts, SEQUENCE);
  const id = dotted(element(readBytes(algorithm), OBJECT_IDENTIFIER));
  const name = id === PSS ? `RSA-PSS with ${algorithm.includes(SHA_2) ? 'SHA-2' : 'SHA-1'}` : (NAMES[id] ?? id);
  return { name, isBroken: /MD\d|SHA-1$/.test(name) };
}

/** The content of the next element of DER, which must be of this kind. */
function element(reader: ByteReader, tag: number): Buffer {
  const found = reader.uint(1);
  if (found !== tag) throw new Error(`an element of kind ${found} where ${tag} should be`);
  const length = reader.uint(1);
  return reader.bytes(length < 0x80 ? length : reader.uint(length - 0x80));
}

/** `1.2.840…`: the first two numbers share a byte, each of the others takes as many as it needs. */
function dotted(bytes: Buffer): string {
  const [first = 0, ...rest] = bytes;
  const numbers = [Math.floor(first / 40), first % 40];
  let number = 0;
  for (const byte of rest) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  return numbers.join('.');
}

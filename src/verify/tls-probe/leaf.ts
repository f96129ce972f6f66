import { X509Certificate } from 'node:crypto';
import { signatureAlgorithmOf, type SignatureAlgorithm } from './signature-algorithm.js';

/** What of a server's own certificate counts for a grade. */
export interface Leaf {
  /** As Node names it: `rsa`, `ec`; `bits` is null of a curve that nobody knows. */
  key: { kind: string; bits: number | null };
  /** Null: it has signed itself, which proves nothing however it is done. */
  signature: SignatureAlgorithm | null;
  /** As the certificate has it: `Nov 23 12:00:00 2026 GMT`. */
  validTo: string;
}

const EDWARDS_BITS: Record<string, number> = { ed25519: 256, ed448: 448 };

/**
 * @param certificate DER
 * @throws Error when it is no certificate
 */
export function readLeaf(certificate: Buffer): Leaf {
  const x509 = new X509Certificate(certificate);
  const { validTo, publicKey } = x509;
  const isSelfSigned = x509.checkIssued(x509) && x509.verify(publicKey);
  return {
    key: keyOf(x509),
    signature: isSelfSigned ? null : signatureAlgorithmOf(certificate),
    validTo,
  };
}

/** Names of curves hold their bits: `prime256v1`, `secp384r1`. */
function keyOf({ publicKey }: X509Certificate): Leaf['key'] {
  const { asymmetricKeyType: kind = 'unknown', asymmetricKeyDetails = {} } = publicKey;
  const { modulusLength, namedCurve = '' } = asymmetricKeyDetails;
  const ofCurve = /\d{3}/.exec(namedCurve)?.[0];
  return { kind, bits: modulusLength ?? EDWARDS_BITS[kind] ?? (ofCurve === undefined ? null : Number(ofCurve)) };
}

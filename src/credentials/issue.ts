import { createPublicKey, X509Certificate } from 'node:crypto';
import type { KeyType } from '../config/types.js';
import { generatePrivateKey, parsePrivateKey, privateKeyToPem } from './keys.js';
import type { SubjectName } from './subject-names.js';
import { createCertificate } from './x509.js';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

const DAY = 86_400_000;
/** Days. */
const CA_LIFETIME = 3650;
/** Milliseconds: clients whose clock is behind ours accept a fresh certificate. */
const CLOCK_SKEW = 3_600_000;

/** Makes the project's own certificate authority, valid for ten years. */
export async function issueCa(project: string, type: KeyType, now: Date): Promise<KeyPair> {
  const key = await generatePrivateKey(type);
  const name = `fortress CA (${project})`;
  const certificate = createCertificate({
    subject: name,
    issuer: name,
    publicKey: createPublicKey(key),
    issuerKey: key,
    notBefore: new Date(now.getTime() - CLOCK_SKEW),
    notAfter: new Date(now.getTime() + CA_LIFETIME * DAY),
    usage: { kind: 'ca' },
  });
  return { certificate, key: privateKeyToPem(key) };
}

export interface ServerCertificateOptions {
  project: string;
  type: KeyType;
  names: SubjectName[];
  /** Validity; cut where the CA's own ends. */
  days: number;
  now: Date;
}

/** Makes the gateway's certificate, signed by the CA. */
export async function issueServerCertificate(ca: KeyPair, options: ServerCertificateOptions): Promise<KeyPair> {
  const issuerKey = parsePrivateKey(ca.key);
  if (issuerKey === null) throw new TypeError('the CA key is not a private key');
  const issuer = new X509Certificate(ca.certificate);
  const key = await generatePrivateKey(options.type);
  const wanted = options.now.getTime() + options.days * DAY;
  const certificate = createCertificate({
    subject: `fortress gateway (${options.project})`,
    issuer: commonName(issuer),
    publicKey: createPublicKey(key),
    issuerKey,
    notBefore: new Date(options.now.getTime() - CLOCK_SKEW),
    notAfter: new Date(Math.min(wanted, Date.parse(issuer.validTo))),
    usage: { kind: 'server', names: options.names },
  });
  return { certificate, key: privateKeyToPem(key) };
}

/** The CA keeps its name when the project gets another one. */
const commonName = (certificate: X509Certificate): string => /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '';

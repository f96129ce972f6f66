import type { X509Certificate } from 'node:crypto';
import { daysLeft } from '../credentials/inspect.js';
import { parseSubjectAltName } from '../credentials/subject-names.js';
import { count } from '../words.js';

/** A certificate as `fortress certs` shows it. */
export interface CertificateFacts {
  role: 'CA' | 'chain' | 'gateway';
  subject: string;
  issuer: string;
  /** SANs; none for a CA. */
  names: string[];
  /** `ECDSA P-256`, `RSA 2048`. */
  key: string;
  /** ISO 8601. */
  validFrom: string;
  validTo: string;
  /** Whole days, rounded down; negative when it has expired. */
  daysLeft: number;
  /** SHA-256, hex in pairs. */
  fingerprint: string;
}

/** What a certificate says, at a moment. */
export function factsOf(role: CertificateFacts['role'], certificate: X509Certificate, now: Date): CertificateFacts {
  return {
    role,
    subject: commonName(certificate.subject),
    issuer: commonName(certificate.issuer),
    names: parseSubjectAltName(certificate.subjectAltName),
    key: keyOf(certificate),
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    daysLeft: Math.floor(daysLeft(certificate, now)),
    fingerprint: certificate.fingerprint256,
  };
}

const commonName = (name: string): string => /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ');

const CURVES: Partial<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

function keyOf({ publicKey }: X509Certificate): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (type === 'rsa') return `RSA ${details?.modulusLength}`;
  if (type === 'ec') return `ECDSA ${CURVES[details?.namedCurve ?? ''] ?? details?.namedCurve}`;
  return type ?? 'unknown';
}

/** The certificates from the CA down, as lines for people. */
export const formatCertificates = (chain: readonly CertificateFacts[]): string => chain.map(format).join('\n\n');

function format({
  role,
  subject,
  issuer,
  names,
  key,
  validFrom,
  validTo,
  daysLeft: days,
  fingerprint,
}: CertificateFacts): string {
  const rows: [string, string][] = [
    ['issued by', subject === issuer ? 'itself' : issuer],
    ...(names.length === 0 ? [] : [['names', names.join(', ')] as [string, string]]),
    ['key', key],
    ['valid', `${day(validFrom)} to ${day(validTo)}, ${days < 0 ? 'expired' : `${count(days, 'day')} left`}`],
    ['SHA-256', fingerprint],
  ];
  return [`${role.padEnd(9)} ${subject}`, ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`)].join('\n');
}

const day = (iso: string): string => iso.slice(0, 10);

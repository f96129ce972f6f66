import { X509Certificate } from 'node:crypto';
import type { KeyType } from '../config/types.js';
import { count } from '../words.js';
import type { KeyPair } from './issue.js';
import { keyTypeOf, parsePrivateKey } from './keys.js';
import { parseSubjectAltName, type SubjectName } from './subject-names.js';

/** What is on disk of a certificate and its key; null: no such file. */
export interface StoredPair {
  certificate: string | null;
  key: string | null;
}

export interface Requirements {
  type: KeyType;
  renewBeforeDays: number;
  now: Date;
}

/** Usable as it is, or what is to be done and why. */
export type Inspection = { ok: true; pair: KeyPair } | { ok: false; action: 'issue' | 'renew'; reason: string };

const DAY = 86_400_000;

/** Whether the CA on disk can go on signing. */
export function inspectCa(stored: StoredPair, requirements: Requirements): Inspection {
  return inspect(stored, requirements, 'CA', (certificate) => {
    if (!certificate.ca) return 'the certificate is not that of a CA';
    return certificate.verify(certificate.publicKey) ? null : 'the certificate is corrupt';
  });
}

/** Whether the gateway's certificate on disk is still the right one under this CA. */
export function inspectServerCertificate(
  stored: StoredPair,
  ca: KeyPair,
  names: SubjectName[],
  requirements: Requirements,
): Inspection {
  const issuer = new X509Certificate(ca.certificate);
  return inspect(stored, requirements, 'certificate', (certificate) => {
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return 'signed by another CA';
    return differingNames(certificate, names);
  });
}

function inspect(
  { certificate: pem, key: keyPem }: StoredPair,
  requirements: Requirements,
  noun: string,
  ownRules: (certificate: X509Certificate) => string | null,
): Inspection {
  if (pem === null && keyPem === null) return { ok: false, action: 'issue', reason: `no ${noun} yet` };
  if (pem === null) return { ok: false, action: 'issue', reason: 'the certificate file is missing' };
  if (keyPem === null) return { ok: false, action: 'issue', reason: 'the key file is missing' };
  const certificate = parseCertificate(pem);
  if (certificate === null) return { ok: false, action: 'issue', reason: 'the certificate file is corrupt' };
  const key = parsePrivateKey(keyPem);
  if (key === null) return { ok: false, action: 'issue', reason: 'the key file is corrupt' };
  if (!certificate.checkPrivateKey(key))
    return { ok: false, action: 'issue', reason: 'key and certificate do not match' };
  const type = keyTypeOf(key);
  if (type !== requirements.type) {
    return { ok: false, action: 'renew', reason: `key type ${type ?? 'unknown'} → ${requirements.type}` };
  }
  const reason = ownRules(certificate) ?? expiry(certificate, requirements);
  return reason === null
    ? { ok: true, pair: { certificate: pem, key: keyPem } }
    : { ok: false, action: 'renew', reason };
}

function expiry(certificate: X509Certificate, { renewBeforeDays, now }: Requirements): string | null {
  if (Date.parse(certificate.validFrom) > now.getTime())
    return 'not valid yet: this machine’s clock is behind, or was ahead when it was made';
  return validity(certificate, now) ?? nearExpiry(certificate, renewBeforeDays, now);
}

/** Why a certificate is no good at this moment; null when it is. */
export function validity(certificate: X509Certificate, now: Date): string | null {
  const days = daysLeft(certificate, now);
  if (days <= 0) return `expired ${count(Math.ceil(-days), 'day')} ago`;
  return Date.parse(certificate.validFrom) > now.getTime() ? 'not valid yet' : null;
}

/** `expires in 12 days`, when fewer than that many are left. */
export function nearExpiry(certificate: X509Certificate, renewBeforeDays: number, now: Date): string | null {
  const days = daysLeft(certificate, now);
  return days < renewBeforeDays ? `expires in ${count(Math.floor(days), 'day')}` : null;
}

/** Negative when it has expired. */
export const daysLeft = (certificate: X509Certificate, now: Date): number =>
  (Date.parse(certificate.validTo) - now.getTime()) / DAY;

function differingNames(certificate: X509Certificate, names: SubjectName[]): string | null {
  const present = parseSubjectAltName(certificate.subjectAltName);
  const wanted = names.map(({ value }) => value);
  const added = wanted.filter((name) => !present.includes(name)).map((name) => `+${name}`);
  const removed = present.filter((name) => !wanted.includes(name)).map((name) => `-${name}`);
  return added.length + removed.length === 0 ? null : `hosts changed: ${[...added, ...removed].join(' ')}`;
}

function parseCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

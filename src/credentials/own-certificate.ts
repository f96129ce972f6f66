import { X509Certificate, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import type { OwnCertificatePaths } from '../config/resolved.js';
import { configError, messageOf, type FortressError } from '../errors.js';
import { validity } from './inspect.js';
import type { KeyPair } from './issue.js';
import { parsePrivateKey } from './keys.js';
import type { OwnCertificateFiles } from './own-files.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;
const PRIVATE_KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----.*?-----END ([A-Z]+ )?PRIVATE KEY-----/s;

interface Context {
  paths: OwnCertificatePaths;
  files: OwnCertificateFiles;
  hosts: string[];
  now: Date;
}

/**
 * A certificate that a person brings, when it will serve every declared host; the key and nothing
 * but certificates, whatever else the files hold.
 * @throws FortressError (exit 2) naming the key of the configuration, what is wrong, and what to do
 */
export function checkOwnCertificate(context: Context): { server: KeyPair; leaf: X509Certificate } {
  const { paths, files } = context;
  const chain = parseCertificates('certificate', paths.certificate, files.certificate);
  const [leaf, ...others] = chain;
  if (leaf === undefined) throw wrong('certificate', paths.certificate, 'in which there is no certificate');
  const key = readKey(context);
  assertBelongs(context, key.object, leaf, others);
  assertValid(context, leaf);
  assertCovers(context, leaf);
  if (files.ca !== null && paths.ca !== null) assertLeadsTo(paths, files.ca, leaf, others);
  return { server: { certificate: toPem(chain), key: key.pem }, leaf };
}

/** PEM: what clients of a certificate that a person brings are to trust; without a CA, its chain itself. */
export const trustOf = ({ certificate, ca }: OwnCertificateFiles): string =>
  `${certificatesIn(ca ?? certificate).join('\n')}\n`;

const toPem = (chain: X509Certificate[]): string => chain.map(String).join('');

/** The certificates in a PEM text, each on its own, whatever else is in it. */
export const certificatesIn = (text: string): string[] => text.match(CERTIFICATE) ?? [];

function parseCertificates(key: 'certificate' | 'ca', path: string, text: string): X509Certificate[] {
  const blocks = certificatesIn(text);
  if (blocks.length === 0) {
    throw wrong(key, path, 'in which there is no certificate', {
      why: 'it has no line "-----BEGIN CERTIFICATE-----"',
      hint: 'give a PEM file; from DER: openssl x509 -inform der -in FILE -out FILE.pem',
    });
  }
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw wrong(key, path, `whose certificate ${index + 1} cannot be read`, { why: messageOf(error) });
    }
  });
}

function readKey({ paths: { certificateKey: path }, files }: Context): { object: KeyObject; pem: string } {
  const block = PRIVATE_KEY.exec(files.certificateKey)?.[0];
  if (block === undefined) {
    throw wrong('certificateKey', path, 'in which there is no private key', {
      why: 'it has no line "-----BEGIN PRIVATE KEY-----"',
      hint: 'give a PEM file; from DER: openssl pkey -inform der -in FILE -out FILE.pem',
    });
  }
  if (/ENCRYPTED/.test(block)) {
    throw wrong('certificateKey', path, 'which is encrypted', {
      why: 'the gateway has nobody whom it could ask for the password when it starts',
      hint: 'openssl pkey -in FILE -out FILE.plain, readable for you alone; then name that file',
    });
  }
  const object = parsePrivateKey(block);
  if (object === null) throw wrong('certificateKey', path, 'which cannot be read as a private key');
  return { object, pem: `${block}\n` };
}

function assertBelongs({ paths }: Context, key: KeyObject, leaf: X509Certificate, others: X509Certificate[]): void {
  if (leaf.checkPrivateKey(key)) return;
  const isLater = others.some((certificate) => certificate.checkPrivateKey(key));
  throw wrong('certificateKey', paths.certificateKey, 'which does not belong to the certificate', {
    why: `the first certificate in ${paths.certificate} is that of ${nameOf(leaf)}`,
    hint: isLater
      ? 'the key is that of a later certificate in that file: the gateway’s own must come first'
      : 'name the key with which this certificate was requested',
  });
}

function assertValid({ paths, now }: Context, leaf: X509Certificate): void {
  const problem = validity(leaf, now);
  if (problem === null) return;
  throw wrong('certificate', paths.certificate, `which is no good: ${problem}`, {
    why: `it is valid from ${day(leaf.validFrom)} to ${day(leaf.validTo)}; it is now ${day(now)}`,
    hint: 'renew it where you got it; fortress never does. Is the clock of this machine right?',
  });
}

function assertCovers({ paths, hosts }: Context, leaf: X509Certificate): void {
  const uncovered = hosts.filter((host) => !covers(leaf, host));
  if (uncovered.length === 0) return;
  throw wrong('certificate', paths.certificate, `which does not cover ${uncovered.join(', ')} of gateway.hosts`, {
    why: `it is for ${leaf.subjectAltName ?? 'no name at all (it has no subjectAltName)'}`,
    hint: 'take these hosts out of gateway.hosts, or get a certificate for all of them',
  });
}

const covers = (certificate: X509Certificate, host: string): boolean =>
  (isIP(host) === 0 ? certificate.checkHost(host, { subject: 'never' }) : certificate.checkIP(host)) !== undefined;

/** Whether clients that trust this CA will trust the gateway. */
function assertLeadsTo(
  paths: OwnCertificatePaths,
  ca: string,
  leaf: X509Certificate,
  intermediates: X509Certificate[],
): void {
  const path = paths.ca ?? '';
  const trusted = parseCertificates('ca', path, ca);
  const seen = new Set<X509Certificate>();
  let current: X509Certificate | undefined = leaf;
  while (current !== undefined && !seen.has(current)) {
    const certificate: X509Certificate = current;
    if (trusted.some((root) => root.fingerprint256 === certificate.fingerprint256 || isSignedBy(certificate, root)))
      return;
    seen.add(certificate);
    current = intermediates.find((other) => !seen.has(other) && isSignedBy(certificate, other));
  }
  const last = [...seen].at(-1) ?? leaf;
  throw wrong('ca', path, 'which did not sign the certificate', {
    why: `the chain in ${paths.certificate} ends at ${nameOf(last)}, signed by ${nameOf({ subject: last.issuer })}`,
    hint: 'name the CA that signed it, and put the certificates in between into gateway.tls.certificate',
  });
}

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const nameOf = ({ subject }: Pick<X509Certificate, 'subject'>): string => `"${subject.replaceAll('\n', ', ')}"`;

const day = (when: string | Date): string => new Date(when).toISOString().slice(0, 10);

const wrong = (
  key: keyof OwnCertificatePaths,
  path: string,
  what: string,
  options?: { why?: string; hint?: string },
): FortressError => configError(`gateway.tls.${key}: found "${path}", ${what}`, options);

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf, usageError } from '../errors.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/**
 * The certificates that clients are told to trust.
 * @returns PEM, one or more certificates and nothing else
 * @throws FortressError (exit 2) when the file cannot be read or holds no certificate
 */
export async function readCa(file: string): Promise<string> {
  const certificates = (await readText(file)).match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw usageError(`--ca ${file}: there is no certificate in it`, {
      why: 'it has no line "-----BEGIN CERTIFICATE-----"',
      hint: 'Give the CA as PEM, or what the gateway serves when it signed itself. DER: openssl x509 -inform der -in FILE.',
    });
  }
  try {
    return certificates.map((certificate) => new X509Certificate(certificate).toString()).join('');
  } catch (error) {
    throw usageError(`--ca ${file}: a certificate in it cannot be read`, { why: messageOf(error) });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(`--ca ${file}: the file cannot be read`, {
      why: messageOf(error),
      hint: 'Name the PEM file of the CA, or leave --ca out: then tls.trust asks the public roots.',
    });
  }
}

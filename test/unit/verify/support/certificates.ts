import forge from 'node-forge';
import { issueCa, issueServerCertificate, type KeyPair } from '../../../../src/credentials/issue.js';
import { subjectNames } from '../../../../src/credentials/subject-names.js';

export interface Identity {
  ca: string;
  server: KeyPair;
}

/** A CA and a certificate for these hosts, as `fortress up` makes them. */
export async function makeIdentity({
  hosts = ['localhost', '127.0.0.1'],
  days = 90,
  now = new Date(),
} = {}): Promise<Identity> {
  const ca = await issueCa('test', 'ecdsa-p256', now);
  const server = await issueServerCertificate(ca, {
    project: 'test',
    type: 'ecdsa-p256',
    names: subjectNames(hosts),
    days,
    now,
  });
  return { ca: ca.certificate, server };
}

/** Self-signed and without subjectAltName, as `openssl req -x509` made them for decades. */
export function makeCommonNameOnly(host: string, bits = 2048): Identity {
  const { publicKey, privateKey } = forge.pki.rsa.generateKeyPair(bits);
  const certificate = forge.pki.createCertificate();
  const name = [{ name: 'commonName', value: host }];
  certificate.publicKey = publicKey;
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
  certificate.validity.notAfter = new Date(Date.now() + 90 * 86_400_000);
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(privateKey, forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate);
  return { ca: pem, server: { certificate: pem, key: forge.pki.privateKeyToPem(privateKey) } };
}

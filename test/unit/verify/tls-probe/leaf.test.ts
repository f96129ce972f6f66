import { X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { readLeaf } from '../../../../src/verify/tls-probe/leaf.js';
import { makeCommonNameOnly, makeIdentity } from '../support/certificates.js';

const der = (pem: string): Buffer => new X509Certificate(pem).raw;

/** An RSA certificate that another key has signed with this hash. */
function signedWith(hash: forge.md.MessageDigest): Buffer {
  const { publicKey } = forge.pki.rsa.generateKeyPair(1024);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  certificate.setSubject([{ name: 'commonName', value: 'localhost' }]);
  certificate.setIssuer([{ name: 'commonName', value: 'somebody' }]);
  certificate.sign(forge.pki.rsa.generateKeyPair(1024).privateKey, hash);
  return der(forge.pki.certificateToPem(certificate));
}

describe('readLeaf', () => {
  it('reads key, signature and validity of what fortress makes', async () => {
    const { server } = await makeIdentity({ days: 90 });
    expect(readLeaf(der(server.certificate))).toMatchObject({
      key: { kind: 'ec', bits: 256 },
      signature: { name: 'ECDSA with SHA-256', isBroken: false },
    });
  });

  it('finds no signature in a certificate that has signed itself', () => {
    const { server } = makeCommonNameOnly('localhost', 1024);
    expect(readLeaf(der(server.certificate))).toMatchObject({ key: { kind: 'rsa', bits: 1024 }, signature: null });
  });

  it.each([
    ['SHA-1', forge.md.sha1.create(), true],
    ['MD5', forge.md.md5.create(), true],
    ['SHA-256', forge.md.sha256.create(), false],
    ['SHA-512', forge.md.sha512.create(), false],
  ])('knows what %s is worth', (name, hash, isBroken) => {
    expect(readLeaf(signedWith(hash)).signature).toEqual({ name: `RSA with ${name}`, isBroken });
  });

  it('rejects what is no certificate', () => {
    expect(() => readLeaf(Buffer.from('leaf'))).toThrow(/asn1|wrong tag|bad|invalid|PEM/i);
  });
});

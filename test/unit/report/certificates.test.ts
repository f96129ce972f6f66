import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { factsOf, formatCertificates } from '../../../src/report/certificates.js';
import { inDays, NOW, prepare } from '../credentials/fixture.js';

const { caCertificate, certificate } = await prepare();
const ca = new X509Certificate(caCertificate);
const leaf = new X509Certificate(certificate);

test('a certificate in facts', () => {
  expect(factsOf('gateway', leaf, inDays(1))).toEqual({
    role: 'gateway',
    subject: 'fortress gateway (sentiment)',
    issuer: 'fortress CA (sentiment)',
    names: ['localhost', '127.0.0.1'],
    key: 'ECDSA P-256',
    validFrom: '2030-06-15T11:00:00.000Z',
    validTo: '2031-06-15T12:00:00.000Z',
    daysLeft: 364,
    fingerprint: leaf.fingerprint256,
  });
  expect(factsOf('CA', ca, NOW)).toMatchObject({ names: [], issuer: 'fortress CA (sentiment)', daysLeft: 3650 });
});

test('the kind of key is told', async () => {
  const { certificate: rsa } = await prepare({ gateway: { tls: { key: 'rsa-2048' } } });
  expect(factsOf('gateway', new X509Certificate(rsa), NOW).key).toBe('RSA 2048');
});

test('certificates as lines for people', () => {
  expect(formatCertificates([factsOf('CA', ca, NOW), factsOf('gateway', leaf, inDays(364))])).toBe(
    [
      'CA        fortress CA (sentiment)',
      '  issued by itself',
      '  key       ECDSA P-256',
      '  valid     2030-06-15 to 2040-06-12, 3650 days left',
      `  SHA-256   ${ca.fingerprint256}`,
      '',
      'gateway   fortress gateway (sentiment)',
      '  issued by fortress CA (sentiment)',
      '  names     localhost, 127.0.0.1',
      '  key       ECDSA P-256',
      '  valid     2030-06-15 to 2031-06-15, 1 day left',
      `  SHA-256   ${leaf.fingerprint256}`,
    ].join('\n'),
  );
  expect(formatCertificates([factsOf('gateway', leaf, inDays(366))])).toContain('2031-06-15, expired');
});

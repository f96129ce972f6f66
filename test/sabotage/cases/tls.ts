import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { privateKeyToPem } from '../../../src/credentials/keys.js';
import { subjectNames } from '../../../src/credentials/subject-names.js';
import { createCertificate } from '../../../src/credentials/x509.js';
import { makeCommonNameOnly, makeIdentity, type Identity } from '../../unit/verify/support/certificates.js';
import { edit, type SabotageCase } from '../support/sabotage-case.js';

const DAY = 86_400_000;
const PROTOCOLS = 'ssl_protocols       TLSv1.2 TLSv1.3;';

const identified =
  (make: () => Identity | Promise<Identity>): SabotageCase['change'] =>
  async (stack) => {
    const { ca, server } = await make();
    return { ...stack, ca, files: { ...stack.files, 'nginx.crt': server.certificate, 'nginx.key': server.key } };
  };

/** As `openssl req -x509 -newkey rsa:… -addext subjectAltName=…` makes it: its own CA. */
function makeSelfSigned(bits: number): Identity {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const certificate = createCertificate({
    subject: 'localhost',
    issuer: 'localhost',
    publicKey: createPublicKey(privateKey),
    issuerKey: privateKey,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 365 * DAY),
    usage: { kind: 'server', names: subjectNames(['localhost', '127.0.0.1']) },
  });
  return { ca: certificate, server: { certificate, key: privateKeyToPem(privateKey) } };
}

const speaking = (directive: string): SabotageCase['change'] => edit([PROTOCOLS, directive]);

/** Without it, OpenSSL refuses the old versions whatever nginx was told. */
const OLD_CIPHERS = 'ssl_ciphers ALL:@SECLEVEL=0;';
const CURRENT = 'ssl_protocols TLSv1.2 TLSv1.3;';
/** What Mozilla recommends for servers of all clients of today, as of 2026 without finite fields. */
const INTERMEDIATE =
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305';

export const TLS_CASES: SabotageCase[] = [
  {
    id: 'tls-expired',
    kind: 'sabotage',
    what: 'the certificate has expired',
    change: identified(() => makeIdentity({ days: 10, now: new Date(Date.now() - 30 * DAY) })),
    expect: { 'tls.trust': 'fail' },
  },
  {
    id: 'tls-not-yet',
    kind: 'sabotage',
    what: 'the certificate is not valid yet',
    change: async (stack) => {
      const { server } = await makeIdentity({ now: new Date(Date.now() + 30 * DAY) });
      const { ca } = await makeIdentity();
      return { ...stack, ca, files: { ...stack.files, 'nginx.crt': server.certificate, 'nginx.key': server.key } };
    },
    expect: { 'tls.trust': 'fail' },
  },
  {
    id: 'tls-other-host',
    kind: 'sabotage',
    what: 'the certificate is for another host',
    change: identified(() => makeIdentity({ hosts: ['example.com'] })),
    expect: { 'tls.trust': 'fail' },
  },
  {
    id: 'tls-other-ca',
    kind: 'sabotage',
    what: 'another CA of the same name has signed it',
    change: identified(async () => ({ ...(await makeIdentity()), ca: (await makeIdentity()).ca })),
    expect: { 'tls.trust': 'fail', 'target.identity': 'fail' },
    fast: true,
  },
  {
    id: 'tls-other-self-signed',
    kind: 'sabotage',
    what: 'self-signed, and clients were given the certificate of before',
    change: identified(() => ({ ...makeSelfSigned(2048), ca: makeSelfSigned(2048).ca })),
    expect: { 'tls.trust': 'fail' },
  },
  {
    id: 'tls-plain',
    kind: 'sabotage',
    what: 'port 443 speaks plain HTTP',
    change: edit(['listen 443 ssl;', 'listen 443;']),
    expect: { 'tls.trust': 'fail' },
  },
  {
    id: 'tls-common-name-only',
    kind: 'variant',
    what: 'the host in the common name only',
    change: identified(() => makeCommonNameOnly('localhost')),
    expect: { 'tls.trust': 'warn' },
  },
  {
    id: 'tls-self-signed',
    kind: 'variant',
    what: 'self-signed RSA, which clients are given as CA',
    change: identified(() => makeSelfSigned(2048)),
    expect: { 'tls.trust': 'pass', 'tls.protocols': 'pass', 'tls.grade': 'pass', 'proxy.predict': 'pass' },
  },
  {
    id: 'tls-old-versions',
    kind: 'sabotage',
    what: 'TLS 1.0 and 1.1 beside the new ones',
    change: speaking(`ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ${OLD_CIPHERS}`),
    expect: { 'tls.protocols': 'fail', 'tls.trust': 'pass' },
    fast: true,
  },
  {
    id: 'tls-1.1',
    kind: 'sabotage',
    what: 'TLS 1.1 beside the new ones',
    change: speaking(`ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3; ${OLD_CIPHERS}`),
    expect: { 'tls.protocols': 'fail' },
  },
  {
    id: 'tls-1.0-rsa',
    kind: 'sabotage',
    what: 'TLS 1.0 with an RSA certificate',
    change: async (stack) =>
      speaking(`ssl_protocols TLSv1 TLSv1.2 TLSv1.3; ${OLD_CIPHERS}`)(
        await identified(() => makeSelfSigned(2048))(stack),
      ),
    expect: { 'tls.protocols': 'fail' },
  },
  {
    id: 'tls-1.3-only',
    kind: 'variant',
    what: 'TLS 1.3 only',
    change: speaking('ssl_protocols TLSv1.3;'),
    expect: { 'tls.protocols': 'pass', 'tls.trust': 'pass' },
    fast: true,
  },
  {
    id: 'tls-1.2-only',
    kind: 'variant',
    what: 'TLS 1.2 only',
    change: speaking('ssl_protocols TLSv1.2;'),
    expect: { 'tls.protocols': 'pass', 'tls.trust': 'pass' },
  },
  {
    id: 'tls-nginx-default',
    kind: 'variant',
    what: "nginx' own choice of versions, of which OpenSSL's policy refuses the old ones",
    change: speaking(''),
    expect: { 'tls.protocols': ['pass', 'warn', 'inconclusive'], 'tls.trust': 'pass' },
  },
  {
    id: 'tls-grade-old-versions',
    kind: 'sabotage',
    what: 'TLS 1.0 and 1.1 with no suite that is worse than they are',
    change: speaking('ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:@SECLEVEL=0;'),
    expect: { 'tls.grade': ['warn', 'fail'], 'tls.protocols': 'fail' },
    fast: true,
  },
  {
    id: 'tls-grade-anonymous',
    kind: 'sabotage',
    what: 'current versions, and beside good suites some that ask for no certificate',
    change: speaking(`${CURRENT} ${OLD_CIPHERS}`),
    expect: { 'tls.grade': 'fail', 'tls.protocols': 'pass', 'tls.trust': 'pass' },
  },
  {
    id: 'tls-grade-unencrypted',
    kind: 'sabotage',
    what: 'current versions, and beside a good suite one that does not encrypt',
    change: speaking(
      `${CURRENT} ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0; ssl_prefer_server_ciphers on;`,
    ),
    expect: { 'tls.grade': 'fail', 'tls.protocols': 'pass' },
  },
  {
    id: 'tls-grade-no-forward-secrecy',
    kind: 'sabotage',
    what: 'only a suite that encrypts the key by the key of the certificate',
    change: async (stack) =>
      speaking('ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA;')(await identified(() => makeSelfSigned(2048))(stack)),
    expect: { 'tls.grade': ['warn', 'fail'], 'tls.protocols': 'pass' },
  },
  {
    id: 'tls-grade-intermediate',
    kind: 'variant',
    what: "Mozilla's intermediate suites, and browsers are told to insist on HTTPS",
    change: speaking(
      `${CURRENT} ssl_ciphers ${INTERMEDIATE}; add_header Strict-Transport-Security max-age=63072000 always;`,
    ),
    expect: { 'tls.grade': 'pass', 'tls.protocols': 'pass', 'proxy.predict': 'pass' },
  },
  {
    id: 'tls-leaf-given',
    kind: 'variant',
    what: 'clients are given the served certificate, which a CA has signed',
    change: (stack) => ({ ...stack, ca: stack.files['nginx.crt'] ?? '' }),
    expect: { 'tls.trust': 'pass', 'target.identity': 'pass', 'proxy.predict': 'pass' },
  },
];

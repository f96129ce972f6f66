import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { generatePrivateKey } from '../../../src/credentials/keys.js';
import { issueCa, issueServerCertificate, type KeyPair } from '../../../src/credentials/issue.js';
import { loadCredentials } from '../../../src/credentials/load.js';
import type { OwnCertificateFiles } from '../../../src/credentials/own-files.js';
import { prepareCredentials, type PreparedCredentials } from '../../../src/credentials/prepare.js';
import { emptyStore } from '../../../src/credentials/store.js';
import { subjectNames } from '../../../src/credentials/subject-names.js';
import { createCertificate } from '../../../src/credentials/x509.js';
import { inDays, makeConfig, NOW, prepare, temporaryFolder } from './fixture.js';

const HOSTS = ['api.example.org', '192.0.2.7'];
const TLS = { certificate: 'site.pem', certificateKey: 'site.key' };
const root = await issueCa('a company', 'ecdsa-p256', NOW);
const stranger = await issueCa('another company', 'ecdsa-p256', NOW);
const middle = await intermediate(root);
const leaf = await issue(middle);

function issue(ca: KeyPair): Promise<KeyPair> {
  const names = subjectNames(HOSTS);
  return issueServerCertificate(ca, { project: 'x', type: 'ecdsa-p256', names, days: 90, now: NOW });
}

async function intermediate(issuer: KeyPair): Promise<KeyPair> {
  const key = await generatePrivateKey('ecdsa-p256');
  const certificate = createCertificate({
    subject: 'the middle',
    issuer: /^CN=(.*)$/m.exec(new X509Certificate(issuer.certificate).subject)?.[1] ?? '',
    publicKey: createPublicKey(key),
    issuerKey: createPrivateKey(issuer.key),
    notBefore: NOW,
    notAfter: inDays(1000),
    usage: { kind: 'ca' },
  });
  return { certificate, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const FILES: OwnCertificateFiles = {
  certificate: leaf.certificate + middle.certificate,
  certificateKey: leaf.key,
  ca: null,
};

function take(
  files: Partial<OwnCertificateFiles> = {},
  { now = inDays(1), hosts = HOSTS }: { now?: Date; hosts?: string[] } = {},
): Promise<PreparedCredentials> {
  const own = { ...FILES, ...files };
  const input: FortressConfig = { gateway: { hosts, tls: { ...TLS, ...(own.ca === null ? {} : { ca: 'ca.pem' }) } } };
  return prepareCredentials(makeConfig(input), emptyStore(), now, { own });
}

describe('a certificate of your own', () => {
  it('is served as it is, with its chain, and nothing is written for it', async () => {
    const { certificate, key, wanted, changes, expiresAt } = await take();
    expect(certificate).toBe(leaf.certificate + middle.certificate);
    expect(key).toBe(leaf.key);
    expect(expiresAt).toEqual(inDays(90));
    expect(wanted).toMatchObject({ caCertificate: null, caKey: null, certificate: null, key: null, caCopy: null });
    expect(changes.map(({ subject }) => subject)).not.toContain('certificate');
  });

  it('brings neither keys nor words of its files into the one that everybody may read', async () => {
    const { certificate, key } = await take({
      certificate: `subject=me\r\n${leaf.key}${FILES.certificate}`,
      certificateKey: `notes\n${leaf.certificate}${leaf.key}`,
    });
    expect(certificate).toBe(FILES.certificate);
    expect(key).toBe(leaf.key);
  });

  it('is trusted through the CA that is named, else by itself', async () => {
    expect((await take()).caCertificate).toBe(FILES.certificate);
    expect((await take({ ca: `a root\n${root.certificate}` })).caCertificate).toBe(root.certificate);
    expect((await take({ ca: middle.certificate })).caCertificate).toBe(middle.certificate);
  });

  it('keeps the certificates of fortress for the day when it goes again', async () => {
    const before = await prepare();
    const config = makeConfig({ gateway: { hosts: HOSTS, tls: TLS } });
    const { wanted } = await prepareCredentials(config, before.wanted, NOW, { own: FILES });
    expect(wanted).toMatchObject({ caKey: before.wanted.caKey, certificate: before.wanted.certificate });
  });

  it('is never renewed: a warning when it is time, a refusal when asked', async () => {
    expect((await take({}, { now: inDays(59) })).warnings).toEqual([]);
    expect((await take({}, { now: inDays(61) })).warnings).toEqual([
      'your certificate (/srv/sentiment/site.pem) expires in 29 days; fortress does not renew it',
    ]);
    const config = makeConfig({ gateway: { hosts: HOSTS, tls: TLS } });
    const asked = prepareCredentials(config, emptyStore(), NOW, { own: FILES, renew: 'certificate' });
    await expect(asked).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/does not renew it/) as string,
    });
  });

  const encrypted = createPrivateKey(leaf.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  it.each<[string, Partial<OwnCertificateFiles>, { now?: Date; hosts?: string[] }, RegExp]>([
    ['that has expired', {}, { now: inDays(91) }, /\.certificate: found .*site\.pem", .*expired 1 day ago/],
    ['that is not valid yet', {}, { now: inDays(-1) }, /\.certificate: .*not valid yet/],
    ['for other hosts', {}, { hosts: ['api.example.org', 'localhost'] }, /does not cover localhost of gateway\.hosts/],
    ['for another address', {}, { hosts: ['192.0.2.8'] }, /does not cover 192\.0\.2\.8/],
    ['with another key', { certificateKey: root.key }, {}, /\.certificateKey: .*site\.key", which does not belong/],
    ['with an encrypted key', { certificateKey: encrypted.toString() }, {}, /\.certificateKey: .*encrypted/],
    ['without a key', { certificateKey: leaf.certificate }, {}, /\.certificateKey: .*no private key/],
    ['with a broken key', { certificateKey: leaf.key.replace(/\n.{20}/, '\n') }, {}, /cannot be read as a private key/],
    ['that is none', { certificate: leaf.key }, {}, /\.certificate: .*there is no certificate/],
    ['that is broken', { certificate: leaf.certificate.replace(/\n.{20}/, '\n') }, {}, /certificate 1 cannot be read/],
    ['of another CA', { ca: stranger.certificate }, {}, /\.ca: .*did not sign/],
    [
      'without what is between it and the CA',
      { certificate: leaf.certificate, ca: root.certificate },
      {},
      /did not sign/,
    ],
  ])('%s is refused', async (_, files, circumstances, message) => {
    await expect(take(files, circumstances)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    });
  });

  it('says so when the certificates stand in the wrong order', async () => {
    const certificate = middle.certificate + leaf.certificate;
    await expect(take({ certificate })).rejects.toMatchObject({
      hint: expect.stringMatching(/must come first/) as string,
    });
  });

  it('never quotes a key', async () => {
    const error: unknown = await take({ certificateKey: root.key }).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).not.toContain(root.key.split('\n')[1]);
  });
});

describe('its files', () => {
  it('are read from disk anew each time; one that cannot be read is named', async () => {
    const folder = temporaryFolder();
    try {
      const config = makeConfig({ gateway: { hosts: HOSTS, tls: TLS } }, folder);
      await expect(loadCredentials(config, inDays(1))).rejects.toMatchObject({
        exitCode: 2,
        message: `gateway.tls.certificate: found "${join(folder, 'site.pem')}", which cannot be read`,
      });
      writeFileSync(join(folder, 'site.pem'), FILES.certificate);
      writeFileSync(join(folder, 'site.key'), leaf.key);
      expect((await loadCredentials(config, inDays(1))).certificate).toBe(FILES.certificate);
      const next = await issue(root);
      writeFileSync(join(folder, 'site.pem'), next.certificate);
      writeFileSync(join(folder, 'site.key'), next.key);
      expect((await loadCredentials(config, inDays(1))).certificate).toBe(next.certificate);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

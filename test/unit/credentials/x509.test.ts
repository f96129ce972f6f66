import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyType } from '../../../src/config/types.js';
import { issueCa, issueServerCertificate, type KeyPair } from '../../../src/credentials/issue.js';
import { subjectNames } from '../../../src/credentials/subject-names.js';
import { temporaryFolder } from './fixture.js';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const HOSTS = ['localhost', 'Api.Example.org', '127.0.0.1', '2001:DB8:0:0::5', '::1'];

interface Issued {
  folder: string;
  ca: KeyPair;
  server: KeyPair;
}

async function issue(type: KeyType): Promise<Issued> {
  const folder = temporaryFolder();
  const now = new Date();
  const ca = await issueCa('sentiment', type, now);
  const server = await issueServerCertificate(ca, {
    project: 'sentiment',
    type,
    names: subjectNames(HOSTS),
    days: 90,
    now,
  });
  writeFileSync(join(folder, 'ca.crt'), ca.certificate);
  writeFileSync(join(folder, 'server.crt'), server.certificate);
  return { folder, ca, server };
}

const openssl = (folder: string, ...parameters: string[]): string =>
  execFileSync('openssl', parameters, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe.each<KeyType>(['ecdsa-p256', 'rsa-2048', 'rsa-4096'])('certificates with %s keys', (type) => {
  let issued: Issued;
  beforeAll(async () => {
    issued = await issue(type);
  }, 60_000);
  afterAll(() => rmSync(issued.folder, { recursive: true }));

  it.runIf(hasOpenssl)('satisfy openssl verify -x509_strict', () => {
    const parameters = ['verify', '-x509_strict', '-check_ss_sig', '-CAfile', 'ca.crt'];
    expect(openssl(issued.folder, ...parameters, '-purpose', 'sslserver', 'server.crt')).toContain('server.crt: OK');
    expect(openssl(issued.folder, ...parameters, 'ca.crt')).toContain('ca.crt: OK');
    for (const address of ['127.0.0.1', '::1', '2001:db8::5']) {
      expect(openssl(issued.folder, ...parameters, '-verify_ip', address, 'server.crt')).toContain('OK');
    }
    expect(() => openssl(issued.folder, ...parameters, '-verify_hostname', 'other.example.org', 'server.crt')).toThrow(
      /hostname mismatch/i,
    );
  });

  it.runIf(hasOpenssl)('carry exactly the extensions of their roles', () => {
    const ca = openssl(issued.folder, 'x509', '-in', 'ca.crt', '-noout', '-text');
    expect(ca).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/);
    expect(ca).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    expect(ca).toMatch(/Subject Key Identifier:/);
    const server = openssl(issued.folder, 'x509', '-in', 'server.crt', '-noout', '-text');
    expect(server).toMatch(/Basic Constraints: critical\s+CA:FALSE\n/);
    const usage = type === 'ecdsa-p256' ? 'Digital Signature' : 'Digital Signature, Key Encipherment';
    expect(server).toMatch(new RegExp(`[^d] Key Usage: critical\\s+${usage}\\n`));
    expect(server).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication\n/);
    const authority = /Authority Key Identifier:\s+(?:keyid:)?([0-9A-F:]+)\n/.exec(server)?.[1];
    expect(authority).toBe(/Subject Key Identifier:\s+([0-9A-F:]+)\n/.exec(ca)?.[1]);
    expect(authority).toHaveLength(20 * 3 - 1);
  });

  it('name every declared host and nothing else', () => {
    expect(new X509Certificate(issued.server.certificate).subjectAltName).toBe(
      'DNS:localhost, DNS:api.example.org, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:5, IP Address:0:0:0:0:0:0:0:1',
    );
  });

  it('have positive serial numbers of 20 bytes that are never the same', () => {
    const serials = [issued.ca, issued.server].map(({ certificate }) => new X509Certificate(certificate).serialNumber);
    expect(serials[0]).toMatch(/^[4-7][0-9A-F]{39}$/);
    expect(serials[1]).toMatch(/^[4-7][0-9A-F]{39}$/);
    expect(serials[0]).not.toBe(serials[1]);
  });

  it('let a client that trusts the CA talk TLS to every declared host, and to no other', async () => {
    const server = createServer({ cert: issued.server.certificate, key: issued.server.key }, (_, response) =>
      response.end('ok'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const handshake = (servername: string, ca: string | undefined): Promise<PeerCertificate> =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port, ca, servername, minVersion: 'TLSv1.2' }, () => {
          resolve(socket.getPeerCertificate());
          socket.destroy();
        });
        socket.on('error', reject);
      });
    await expect(handshake('localhost', issued.ca.certificate)).resolves.toHaveProperty('subject.O', 'fortress');
    await expect(handshake('api.example.org', issued.ca.certificate)).resolves.toBeDefined();
    await expect(handshake('other.example.org', issued.ca.certificate)).rejects.toThrow(/altnames/);
    await expect(handshake('localhost', undefined)).rejects.toThrow(/unable to verify|self-signed|issuer/i);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('validity', () => {
  it('begins a little in the past, and the certificate never outlives its CA', async () => {
    const now = new Date('2048-01-01T00:00:00Z');
    const ca = await issueCa('sentiment', 'ecdsa-p256', now);
    const late = new Date('2057-12-01T00:00:00Z');
    const names = subjectNames(['localhost']);
    const server = await issueServerCertificate(ca, {
      project: 'sentiment',
      type: 'ecdsa-p256',
      names,
      days: 365,
      now: late,
    });
    const [authority, leaf] = [new X509Certificate(ca.certificate), new X509Certificate(server.certificate)];
    expect(new Date(authority.validFrom)).toEqual(new Date('2047-12-31T23:00:00Z'));
    expect(new Date(authority.validTo)).toEqual(new Date('2057-12-29T00:00:00Z'));
    expect(new Date(leaf.validTo)).toEqual(new Date('2057-12-29T00:00:00Z'));
  });
});

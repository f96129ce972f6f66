import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { judgeHandshake, tlsTrust } from '../../../../src/verify/checks/tls-trust.js';
import { openTarget } from '../../../../src/verify/target.js';
import { makeCommonNameOnly, makeIdentity, type Identity } from '../support/certificates.js';
import { startGateway } from '../support/fake-gateway.js';
import { listen } from '../support/listen.js';

const DAY = 86_400_000;

/** The verdict on a served identity when clients trust this CA. */
async function verdictOn(
  identity: Identity,
  ca: string | null = identity.ca,
): Promise<{ verdict: string; unmet: string[] }> {
  const server = await listen(createServer({ key: identity.server.key, cert: identity.server.certificate }));
  const { spec, close } = await startGateway(identity);
  const target = openTarget({ ...spec, https: `https://localhost:${server.port}`, ca });
  try {
    const { verdict, expectations } = await tlsTrust.run(target);
    return { verdict, unmet: expectations.filter(({ ok }) => !ok).map(({ expected }) => expected) };
  } finally {
    await Promise.all([target.close(), server.close(), close()]);
  }
}

const at = (host: string) => ({ https: `https://${host}`, isOwn: false });

describe('tls.trust', () => {
  it('passes what fortress makes', async () => {
    expect(await verdictOn(await makeIdentity())).toEqual({ verdict: 'pass', unmet: [] });
  });

  it('passes the served certificate itself, whoever signed it: curl trusts it too', async () => {
    const identity = await makeIdentity();
    expect(await verdictOn(identity, identity.server.certificate)).toEqual({ verdict: 'pass', unmet: [] });
    const other = await makeIdentity();
    expect((await verdictOn(identity, other.server.certificate)).verdict).toBe('fail');
  });

  it('fails the certificate of another CA', async () => {
    const { ca } = await makeIdentity();
    expect(await verdictOn(await makeIdentity(), ca)).toEqual({ verdict: 'fail', unmet: ['a chain to the given CA'] });
  });

  it('fails a certificate for another host', async () => {
    const identity = await makeIdentity({ hosts: ['elsewhere.test'] });
    expect(await verdictOn(identity)).toEqual({ verdict: 'fail', unmet: ['a certificate for localhost'] });
  });

  it('fails an expired certificate', async () => {
    const identity = await makeIdentity({ days: 30, now: new Date(Date.now() - 40 * DAY) });
    const { verdict, unmet } = await verdictOn(identity);
    expect(verdict).toBe('fail');
    expect(unmet).toContain('valid today');
  });

  it('warns of one that has only a common name', async () => {
    expect(await verdictOn(makeCommonNameOnly('localhost'))).toEqual({
      verdict: 'warn',
      unmet: ['localhost in the subjectAltName'],
    });
  });

  it('warns of a short key', () => {
    const { server } = makeCommonNameOnly('localhost', 1024);
    const handshake = {
      certificate: new X509Certificate(server.certificate),
      chainError: null,
      protocol: '',
      cipher: '',
    };
    const { verdict, expectations } = judgeHandshake(handshake, at('localhost'), Date.now());
    expect(verdict).toBe('warn');
    expect(expectations.filter(({ ok }) => !ok).map(({ found }) => found)).toContain('rsa 1024');
  });

  it('warns of one that expires within days', async () => {
    expect((await verdictOn(await makeIdentity({ days: 3 }))).verdict).toBe('warn');
  });

  it('cannot tell without a CA file, and is not talked into a pass by that', async () => {
    expect(await verdictOn(await makeIdentity(), null)).toEqual({ verdict: 'inconclusive', unmet: [] });
  });

  it('tells without a CA file what needs none', async () => {
    const identity = await makeIdentity({ hosts: ['elsewhere.test'] });
    expect(await verdictOn(identity, null)).toEqual({ verdict: 'fail', unmet: ['a certificate for localhost'] });
  });

  it('fails when there is no TLS at all', async () => {
    const { spec, close } = await startGateway(await makeIdentity());
    const target = openTarget({ ...spec, https: spec.http.replace('http:', 'https:') });
    const { verdict, summary } = await tlsTrust.run(target);
    await Promise.all([target.close(), close()]);
    expect(verdict).toBe('fail');
    expect(summary).toMatch(/no TLS handshake/);
  });

  it('knows an address in the certificate', async () => {
    const { server } = await makeIdentity({ hosts: ['127.0.0.1'] });
    const handshake = {
      certificate: new X509Certificate(server.certificate),
      chainError: null,
      protocol: 'TLSv1.3',
      cipher: '',
    };
    expect(judgeHandshake(handshake, at('127.0.0.1'), Date.now()).verdict).toBe('pass');
    expect(judgeHandshake(handshake, at('127.0.0.2'), Date.now()).verdict).toBe('fail');
  });
});

import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/verify/check.js';
import { judgeTls, tlsGrade } from '../../../../src/verify/checks/tls-grade.js';
import { runChecks } from '../../../../src/verify/run-checks.js';
import { openTarget, type TargetSpec } from '../../../../src/verify/target.js';
import type { GradedTls } from '../../../../src/verify/tls-probe/grade.js';
import { makeCommonNameOnly, makeIdentity, type Identity } from '../support/certificates.js';
import { listen, type Listening } from '../support/listen.js';
import { makeReply } from '../support/results.js';
import { makeSpec } from '../support/spec.js';
import { makeSurvey } from '../tls-probe/support/survey.js';

let identity: Identity;
let rsa: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
  rsa = makeCommonNameOnly('localhost');
});

interface Asked extends CheckResult {
  /** HTTP requests that the server got. */
  requests: number;
}

async function ask(options: ServerOptions & { hsts?: string } = {}, promise: Partial<TargetSpec> = {}): Promise<Asked> {
  let requests = 0;
  const { hsts, ...tls } = options;
  const server = await listen(
    createHttpsServer({ key: identity.server.key, cert: identity.server.certificate, ...tls }, (_request, response) => {
      requests += 1;
      if (hsts !== undefined) response.setHeader('Strict-Transport-Security', hsts);
      response.writeHead(404).end();
    }),
  );
  return { ...(await askAt(server, promise)), requests };
}

async function askAt(server: Listening, promise: Partial<TargetSpec> = {}): Promise<CheckResult> {
  const https = `https://localhost:${server.port}`;
  const target = openTarget(makeSpec({ https, connectTo: '127.0.0.1', ca: identity.ca, ...promise }), { pace: 1 });
  try {
    const { results } = await runChecks(target, [tlsGrade]);
    if (!results[0]) throw new Error('it was not asked');
    return results[0];
  } finally {
    await target.close();
    await server.close();
  }
}

const GOOD = 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305';
const YEARS = 'max-age=63072000; includeSubDomains';

const rsaWith = (ciphers: string): ServerOptions => ({
  key: rsa.server.key,
  cert: rsa.server.certificate,
  ciphers,
  maxVersion: 'TLSv1.2',
});

describe('tls.grade of a real server', () => {
  it('passes an A+, within few connections and one request', async () => {
    const { verdict, facts, requests } = await ask({ ciphers: `TLS_AES_128_GCM_SHA256:${GOOD}`, hsts: YEARS });
    expect(verdict).toBe('pass');
    expect(facts).toMatchObject({
      grade: 'A+',
      'what keeps it from an A+': 'nothing',
      'TLS 1.2': 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
      'TLS 1.3': 'TLS_AES_128_GCM_SHA256',
      refused: 'SSL 3.0, TLS 1.0, TLS 1.1',
      'keys are agreed on in': 'X25519',
      certificate: expect.stringMatching(/^ec 256, signed by ECDSA with SHA-256, valid until /) as string,
      'safe renegotiation': 'yes',
      'refuses a fallback': 'yes',
      'resumes sessions': 'yes',
      'spoken inside': 'http/1.1',
      connections: '10 that offered something',
    });
    expect(requests).toBe(1);
  });

  it('passes an A, and tells what an A+ would need', async () => {
    const own = await ask({ ciphers: GOOD }, { isOwn: true });
    expect([own.verdict, own.summary]).toEqual([
      'pass',
      'A, trust left aside; TLS 1.2, TLS 1.3; no Strict-Transport-Security: an A+ would need gateway.tls.hsts: true',
    ]);
    expect((await ask()).summary).not.toContain('gateway.tls');
  });

  it('does not ask who signed the certificate', async () => {
    const { facts } = await ask({ ciphers: GOOD, hsts: YEARS }, { ca: (await makeIdentity()).ca });
    expect(facts?.['grade']).toBe('A+');
  });

  it.each<[what: string, options: () => ServerOptions, verdict: string, summary: RegExp]>([
    ['TLS 1.2 only', () => ({ maxVersion: 'TLSv1.2' }), 'warn', /^A-, .*TLS 1.3 is not spoken/],
    ['old versions', () => ({ minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' }), 'warn', /^B, .*deprecated/],
    ['no forward secrecy', () => rsaWith('AES128-GCM-SHA256'), 'warn', /^B, .*TLS 1.2 has no forward secrecy/],
    ['no AEAD', () => rsaWith('ECDHE-RSA-AES128-SHA'), 'warn', /^B, .*TLS 1.2 has no authenticated/],
    ['anonymous suites', () => ({ ciphers: 'ALL:@SECLEVEL=0' }), 'fail', /^F, .*ECDH_anon/],
    [
      'no encryption',
      () => ({ ciphers: `${GOOD}:ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0` }),
      'fail',
      /^F, .*does not encrypt/,
    ],
  ])('%s', async (_what, options, verdict, summary) => {
    const result = await ask({ ...options(), hsts: YEARS });
    expect([result.verdict, result.summary]).toEqual([verdict, expect.stringMatching(summary)]);
  });

  it('reads the prime that a server has for Diffie-Hellman', async () => {
    const { verdict, facts } = await ask({ ...rsaWith('DHE-RSA-AES128-GCM-SHA256'), dhparam: 'auto' });
    expect(verdict).toBe('warn');
    expect(facts?.['keys are agreed on in']).toMatch(/^a prime of (?:2048|3072) bits$/);
  });
});

describe('tls.grade of nothing', () => {
  it.each<[what: string, listening: () => Promise<Listening>]>([
    [
      'nobody there',
      async () => {
        const server = await listen(createServer());
        await server.close();
        return { ...server, close: () => Promise.resolve() };
      },
    ],
    ['who hangs up', () => listen(createServer((socket) => socket.on('error', () => undefined).destroy()))],
    [
      'plain HTTP',
      () =>
        listen(
          createServer((socket) =>
            socket
              .on('error', () => undefined)
              .resume()
              .end('HTTP/1.1 400 Bad\r\n\r\n'),
          ),
        ),
    ],
  ])('cannot be told: %s', async (_what, listening) => {
    expect(await askAt(await listening())).toMatchObject({
      verdict: 'inconclusive',
      summary: expect.stringMatching(/^accepted: no version; /) as string,
    });
  });
});

describe('judgeTls', () => {
  const best: GradedTls = { survey: makeSurvey(), leaves: [], hsts: 63_072_000 };
  const session = { leaf: null, application: 'h2', resumes: true };
  const judge = (tls: Partial<GradedTls>): CheckResult =>
    judgeTls({ ...best, ...tls }, session, makeReply(503), { isOwn: false });
  const unknown = ['SSL 3.0: no answer within 3 s'];

  it('never passes where something had no answer', () => {
    expect(judge({ survey: makeSurvey(undefined, { unknown }) })).toMatchObject({
      verdict: 'inconclusive',
      summary: expect.stringContaining('SSL 3.0: no answer') as string,
    });
  });

  it('fails what is bad enough all the same, whatever the limiter said to its request', () => {
    const { verdict, exchanges } = judge({ survey: makeSurvey({ 'TLS 1.2': ['RSA_WITH_RC4_128_SHA'] }, { unknown }) });
    expect([verdict, exchanges]).toEqual(['fail', []]);
  });

  it('says what is not known of sessions and headers', () => {
    const hsts = { unknown: 'no answer: refused' };
    const { facts } = judgeTls(
      { ...best, hsts },
      { ...session, application: null, resumes: 'reset' },
      makeReply(null),
      {
        isOwn: true,
      },
    );
    expect(facts).toMatchObject({
      grade: 'A',
      'resumes sessions': 'not known: reset',
      'spoken inside': 'nothing was agreed on',
      'Strict-Transport-Security': 'not known: no answer: refused',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { gradeTls, LEAST_HSTS, type Grade, type GradedTls } from '../../../../src/verify/tls-probe/grade.js';
import type { Leaf } from '../../../../src/verify/tls-probe/leaf.js';
import type { TlsSurvey } from '../../../../src/verify/tls-probe/survey.js';
import { INTERMEDIATE, makeSurvey, type Spoken } from './support/survey.js';

const LEAF: Leaf = {
  key: { kind: 'ec', bits: 256 },
  signature: { name: 'ECDSA with SHA-256', isBroken: false },
  validTo: '',
};

/** The best that there is, and otherwise as it says. */
const graded = (changes: Partial<GradedTls> = {}) =>
  gradeTls({ survey: makeSurvey(), leaves: [LEAF], hsts: LEAST_HSTS, ...changes });

const speaking = (spoken: Spoken, more: Partial<TlsSurvey> = {}) =>
  graded({ survey: makeSurvey({ ...INTERMEDIATE, ...spoken }, more) });

/** TLS 1.2 with what is good, and this. */
const beside = (...names: string[]) => speaking({ 'TLS 1.2': ['ECDHE_RSA_WITH_AES_128_GCM_SHA256', ...names] });

const keyed = (kind: string, bits: number | null) => graded({ leaves: [LEAF, { ...LEAF, key: { kind, bits } }] });

describe('gradeTls', () => {
  it('is A+ where nothing is to be said', () => {
    expect(graded()).toEqual({ grade: 'A+', limits: [] });
  });

  it.each<[what: string, found: ReturnType<typeof gradeTls>, grade: Grade, reason: RegExp]>([
    ['suites that do not encrypt', beside('RSA_WITH_NULL_SHA'), 'F', /does not encrypt: TLS_RSA_WITH_NULL_SHA$/],
    ['anonymous suites', beside('ECDH_anon_WITH_AES_128_CBC_SHA'), 'F', /who the server is/],
    ['suites of export', beside('RSA_EXPORT_WITH_RC4_40_MD5'), 'F', /export/],
    ['DES', beside('RSA_WITH_DES_CBC_SHA'), 'F', /56 bits/],
    ['RC4', beside('ECDHE_RSA_WITH_RC4_128_SHA'), 'C', /RC4/],
    ['3DES', beside('ECDHE_RSA_WITH_3DES_EDE_CBC_SHA'), 'C', /Sweet32/],
    ['SSL 3.0', speaking({ 'SSL 3.0': ['DHE_RSA_WITH_AES_128_CBC_SHA'] }), 'C', /SSL 3.0 is spoken/],
    ['compression', speaking({}, { compresses: true }), 'C', /CRIME/],
    [
      'nothing newer than TLS 1.1',
      graded({ survey: makeSurvey({ 'TLS 1.1': ['ECDHE_RSA_WITH_AES_128_CBC_SHA'] }) }),
      'C',
      /neither TLS 1.2 nor 1.3/,
    ],
    ['TLS 1.0', speaking({ 'TLS 1.0': ['ECDHE_RSA_WITH_AES_128_CBC_SHA'] }), 'B', /^TLS 1.0, deprecated/],
    ['TLS 1.1', speaking({ 'TLS 1.1': ['ECDHE_RSA_WITH_AES_128_CBC_SHA'] }), 'B', /^TLS 1.1, deprecated/],
    ['no forward secrecy', speaking({ 'TLS 1.2': ['RSA_WITH_AES_128_GCM_SHA256'] }), 'B', /TLS 1.2 has no forward/],
    ['no AEAD', speaking({ 'TLS 1.2': ['ECDHE_RSA_WITH_AES_128_CBC_SHA'] }), 'B', /TLS 1.2 has no authenticated/],
    ['a prime of 1024 bits', speaking({}, { primeBits: 1024 }), 'B', /the prime of Diffie-Hellman has 1024 bits/],
    ['a prime of 512 bits', speaking({}, { primeBits: 512 }), 'F', /512 bits/],
    ['an RSA key of 512 bits', keyed('rsa', 512), 'F', /rsa key has 512 bits/],
    ['an RSA key of 1024 bits', keyed('rsa', 1024), 'B', /rsa key has 1024 bits/],
    ['a curve of 192 bits', keyed('ec', 192), 'B', /ec key has 192 bits/],
    ['a curve of 112 bits', keyed('ec', 112), 'F', /ec key has 112 bits/],
    [
      'SHA-1',
      graded({ leaves: [{ ...LEAF, signature: { name: 'RSA with SHA-1', isBroken: true } }] }),
      'F',
      /signed by RSA with SHA-1/,
    ],
    [
      'TLS 1.2 only',
      graded({ survey: makeSurvey({ 'TLS 1.2': ['ECDHE_RSA_WITH_AES_128_GCM_SHA256'] }) }),
      'A-',
      /TLS 1.3 is not spoken/,
    ],
    ['unsafe renegotiation', speaking({}, { renegotiatesSafely: false }), 'A-', /renegotiation/],
    ['CBC beside AEAD', beside('ECDHE_RSA_WITH_AES_128_CBC_SHA'), 'A', /TLS 1.2 with a suite of CBC/],
    [
      'RSA beside ECDHE',
      beside('RSA_WITH_AES_128_GCM_SHA256', 'RSA_WITH_AES_256_GCM_SHA384'),
      'A',
      /TLS 1.2 with 2 suites without forward/,
    ],
    ['more suites than were asked for', speaking({}, { isCutShort: true }), 'A', /more suites/],
    ['no HSTS', graded({ hsts: null }), 'A', /^no Strict-Transport-Security$/],
    ['a short HSTS', graded({ hsts: LEAST_HSTS - 1 }), 'A', /for 179 days, not for 180/],
    ['an unknown HSTS', graded({ hsts: { unknown: 'no answer' } }), 'A', /could not be seen: no answer/],
  ])('%s', (_what, { grade, limits }, expected, reason) => {
    expect(grade).toBe(expected);
    expect(limits[0]).toEqual({ grade: expected, reason: expect.stringMatching(reason) as string });
  });

  it.each<[what: string, found: ReturnType<typeof gradeTls>]>([
    [
      'TLS 1.3 only',
      graded({
        survey: makeSurvey({ 'TLS 1.3': ['AES_128_GCM_SHA256'] }, { renegotiatesSafely: null, refusesFallback: null }),
      }),
    ],
    ['a fallback to the only version below 1.3', speaking({}, { refusesFallback: false })],
    ['an RSA key of 2048 bits', keyed('rsa', 2048)],
    ['Ed25519', keyed('ed25519', 256)],
    ['a curve that nobody knows', keyed('ec', null)],
    ['a prime of 2048 bits', speaking({}, { primeBits: 2048 })],
    ['a certificate that signed itself', graded({ leaves: [{ ...LEAF, signature: null }] })],
    ['no certificate that could be read', graded({ leaves: [] })],
    ['two years of HSTS', graded({ hsts: 63_072_000 })],
  ])('holds nothing against %s', (_what, found) => {
    expect(found.grade).toBe('A+');
  });

  it('wants a fallback refused where several versions are below 1.3', () => {
    const { limits } = speaking({ 'TLS 1.1': ['ECDHE_RSA_WITH_AES_128_CBC_SHA'] }, { refusesFallback: false });
    expect(limits.map(({ grade, reason }) => [grade, reason.slice(0, 20)])).toEqual([
      ['B', 'TLS 1.1, deprecated '],
      ['A', 'who says to have fal'],
    ]);
  });

  it('says each flaw once, with all versions and suites', () => {
    const weak = ['RSA_WITH_RC4_128_SHA', 'RSA_WITH_RC4_128_MD5', 'ECDHE_RSA_WITH_AES_128_GCM_SHA256'];
    const [limit, ...more] = speaking({ 'TLS 1.1': weak, 'TLS 1.2': weak }).limits.filter(({ grade }) => grade === 'C');
    expect(more).toEqual([]);
    expect(limit?.reason).toBe(
      'TLS 1.1, TLS 1.2 with what uses RC4, which RFC 7465 prohibits: TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_RC4_128_MD5',
    );
  });

  it('is the worst of its reasons, worst first', () => {
    const { grade, limits } = graded({
      survey: makeSurvey({ 'TLS 1.0': ['RSA_WITH_RC4_128_SHA'], 'TLS 1.2': ['RSA_WITH_NULL_SHA'] }),
      hsts: null,
    });
    expect(grade).toBe('F');
    expect([...new Set(limits.map((limit) => limit.grade))]).toEqual(['F', 'C', 'B', 'A-', 'A']);
  });
});

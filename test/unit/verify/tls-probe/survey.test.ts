import { describe, expect, it } from 'vitest';
import { CIPHER_SUITES, isOfTls13 } from '../../../../src/verify/tls-probe/cipher-suites.js';
import { FALLBACK_SCSV, type HelloOffer } from '../../../../src/verify/tls-probe/client-hello.js';
import type { OfferAnswer } from '../../../../src/verify/tls-probe/offer.js';
import { surveyTls, type TlsSurvey } from '../../../../src/verify/tls-probe/survey.js';
import { INTERMEDIATE, speaking, type Spoken } from './support/survey.js';

const suitesIn = ({ accepted }: TlsSurvey): Spoken =>
  Object.fromEntries(
    accepted.map(({ version, suites }) => [version, suites.map(({ name }) => name.replace('TLS_', ''))]),
  );

const everything = CIPHER_SUITES.filter((suite) => !isOfTls13(suite)).map(({ name }) => name.replace('TLS_', ''));

describe('surveyTls', () => {
  it('lists versions and suites in the order in which they are chosen', async () => {
    const survey = await surveyTls(speaking(INTERMEDIATE));
    expect(suitesIn(survey)).toEqual(INTERMEDIATE);
    expect(survey).toMatchObject({
      refused: ['SSL 3.0', 'TLS 1.0', 'TLS 1.1'],
      unknown: [],
      isCutShort: false,
      groups: [0x1d],
      // Five versions, the fallback, of 1.2 once with and twice without flaws, of 1.3 twice.
      offers: 11,
    });
  });

  it('finds a weak suite that the server would rather not take', async () => {
    const spoken: Spoken = {
      'SSL 3.0': ['RSA_WITH_RC4_128_MD5'],
      'TLS 1.0': ['ECDHE_RSA_WITH_AES_128_CBC_SHA', 'RSA_WITH_AES_128_CBC_SHA', 'RSA_WITH_3DES_EDE_CBC_SHA'],
      'TLS 1.2': ['ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'DH_anon_WITH_AES_128_CBC_SHA', 'RSA_WITH_NULL_SHA'],
    };
    const found = suitesIn(await surveyTls(speaking(spoken)));
    for (const [version, names] of Object.entries(spoken)) {
      expect(found[version as keyof Spoken]?.toSorted()).toEqual(names.toSorted());
    }
  });

  it('asks for what has a flaw first, and stops in time', async () => {
    const all = { 'TLS 1.0': everything, 'TLS 1.1': everything, 'TLS 1.2': everything };
    const survey = await surveyTls(speaking(all));
    expect(survey).toMatchObject({ isCutShort: true, offers: 54 });
    const aes = everything.filter((name) => name.includes('_AES_') && !name.includes('anon'));
    const spoken = { 'TLS 1.0': aes, 'TLS 1.2': [...aes, 'ECDHE_RSA_WITH_RC4_128_SHA'] };
    const late = await surveyTls(speaking(spoken));
    expect(late).toMatchObject({ isCutShort: true, offers: 54 });
    expect(suitesIn(late)['TLS 1.2']).toEqual([aes[0], 'ECDHE_RSA_WITH_RC4_128_SHA']);
  });

  it('takes an older version for a refusal of the one that was offered', async () => {
    const old = speaking({ 'TLS 1.2': everything }, { version: 0x0301 });
    expect(await surveyTls(old)).toMatchObject({
      accepted: [],
      refused: expect.arrayContaining(['TLS 1.2']) as string[],
    });
  });

  it.each<[name: string, answer: OfferAnswer]>([
    ['an alert', { kind: 'alert', code: 70 }],
    ['hanging up', { kind: 'closed' }],
  ])('takes %s for a refusal', async (_name, answer) => {
    const survey = await surveyTls(() => Promise.resolve(answer));
    expect(survey).toMatchObject({ accepted: [], unknown: [], offers: 5, renegotiatesSafely: null });
    expect(survey.refused).toHaveLength(5);
  });

  it('takes silence for none, and says of what', async () => {
    const server = speaking(INTERMEDIATE);
    const silent: OfferAnswer = { kind: 'unknown', reason: 'no answer' };
    const survey = await surveyTls((offer) => (offer.version === 'SSL 3.0' ? Promise.resolve(silent) : server(offer)));
    expect(survey.unknown).toEqual(['SSL 3.0: no answer']);
    const later = await surveyTls((offer) =>
      offer.suites.length < 100 && offer.version === 'TLS 1.2' ? Promise.resolve(silent) : server(offer),
    );
    expect(later.unknown).toEqual(['TLS 1.2: no answer']);
  });

  it.each([
    ['a suite', { suite: 0x1305 }],
    ['a version', { version: 0x0305 }],
  ])('does not believe %s that was not offered', async (_name, more) => {
    const server = speaking(INTERMEDIATE, more);
    const survey = await surveyTls((offer) =>
      offer.version === 'TLS 1.3' ? Promise.resolve({ kind: 'closed' }) : server(offer),
    );
    expect(survey).toMatchObject({ accepted: [], unknown: ['TLS 1.2: it chose what it was not offered'] });
  });

  it('does not go on for ever with a server that chooses the same again', async () => {
    const server = speaking(INTERMEDIATE);
    const survey = await surveyTls(async ({ version, suites }) => {
      const answer = await server({ version, suites: suites.length > 100 ? suites : [0xc02b, 0x1301] });
      return answer;
    });
    expect(survey.offers).toBeLessThan(15);
    expect(survey.unknown).toContain('TLS 1.2: it chose what it was not offered');
  });

  it('asks for the second best version as somebody who fell back', async () => {
    const fallbacks: HelloOffer[] = [];
    const strict = async (offer: HelloOffer): Promise<OfferAnswer> => {
      if (!offer.suites.includes(FALLBACK_SCSV)) return speaking(INTERMEDIATE)(offer);
      fallbacks.push(offer);
      return { kind: 'alert', code: 86 };
    };
    expect(await surveyTls(strict)).toMatchObject({ refusesFallback: true });
    expect(fallbacks.map(({ version }) => version)).toEqual(['TLS 1.2']);
    expect(await surveyTls(speaking(INTERMEDIATE))).toMatchObject({ refusesFallback: false });
    // It refuses something else, or something that it did not say.
    const vague = await surveyTls(({ version, suites }) =>
      suites.includes(FALLBACK_SCSV)
        ? Promise.resolve({ kind: 'alert', code: 40 })
        : speaking(INTERMEDIATE)({ version, suites }),
    );
    expect(vague).toMatchObject({ refusesFallback: false });
    expect(await surveyTls(speaking({ 'TLS 1.3': ['AES_128_GCM_SHA256'] }))).toMatchObject({ refusesFallback: null });
  });

  it('keeps the worst of what the answers show', async () => {
    const leaf = Buffer.from('leaf');
    const primes = [2048, 1024, 2048];
    const survey = await surveyTls(async (offer) => {
      const answer = await speaking(INTERMEDIATE, { leaf })(offer);
      if (answer.kind !== 'flight' || answer.flight.version > 0x0303) return answer;
      const primeBits = primes.pop() ?? null;
      const isShort = primeBits === 1024;
      return { ...answer, flight: { ...answer.flight, primeBits, compresses: isShort, renegotiatesSafely: !isShort } };
    });
    expect(survey).toMatchObject({ compresses: true, renegotiatesSafely: false, primeBits: 1024, leaves: [leaf] });
  });
});

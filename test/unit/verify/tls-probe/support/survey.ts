import { CIPHER_SUITES, type CipherSuite } from '../../../../../src/verify/tls-probe/cipher-suites.js';
import type { HelloOffer } from '../../../../../src/verify/tls-probe/client-hello.js';
import type { OfferAnswer } from '../../../../../src/verify/tls-probe/offer.js';
import {
  PROTOCOL_VERSIONS,
  VERSION_CODES,
  type ProtocolVersion,
} from '../../../../../src/verify/tls-probe/protocol-versions.js';
import type { ServerFlight } from '../../../../../src/verify/tls-probe/server-flight.js';
import type { TlsSurvey } from '../../../../../src/verify/tls-probe/survey.js';

const suiteNamed = (name: string): CipherSuite => {
  const suite = CIPHER_SUITES.find((one) => one.name === `TLS_${name}`);
  if (!suite) throw new Error(`there is no TLS_${name}`);
  return suite;
};

/** Suites by version, as short names. */
export type Spoken = Partial<Record<ProtocolVersion, string[]>>;

export const INTERMEDIATE: Spoken = {
  'TLS 1.2': ['ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
  'TLS 1.3': ['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384'],
};

const REFUSED: OfferAnswer = { kind: 'alert', code: 40 };

/** A server that is a function: takes the first suite of its own that it is offered. */
export const speaking =
  (spoken: Spoken, more: Partial<ServerFlight> = {}) =>
  ({ version, suites }: HelloOffer): Promise<OfferAnswer> => {
    const own = (spoken[version] ?? []).map((name) => suiteNamed(name).code);
    const suite = own.find((code) => suites.includes(code));
    const flight: ServerFlight = {
      version: VERSION_CODES[version],
      suite: suite ?? 0,
      isRetry: false,
      compresses: false,
      renegotiatesSafely: true,
      group: 0x1d,
      primeBits: null,
      leaf: null,
      ...more,
    };
    return Promise.resolve(suite === undefined ? REFUSED : { kind: 'flight', flight });
  };

/** What was found of such a server, and otherwise as it says. */
export const makeSurvey = (spoken: Spoken = INTERMEDIATE, more: Partial<TlsSurvey> = {}): TlsSurvey => ({
  accepted: PROTOCOL_VERSIONS.flatMap((version) => {
    const names = spoken[version];
    return names ? [{ version, suites: names.map(suiteNamed) }] : [];
  }),
  refused: [],
  unknown: [],
  isCutShort: false,
  compresses: false,
  renegotiatesSafely: true,
  refusesFallback: true,
  groups: [0x1d],
  primeBits: null,
  leaves: [],
  offers: 12,
  ...more,
});

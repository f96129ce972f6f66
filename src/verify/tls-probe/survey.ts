import { CIPHER_SUITES, flawOf, isOfTls13, type CipherSuite } from './cipher-suites.js';
import { FALLBACK_SCSV, type HelloOffer } from './client-hello.js';
import type { OfferAnswer } from './offer.js';
import { PROTOCOL_VERSIONS, VERSION_CODES, type ProtocolVersion } from './protocol-versions.js';
import type { ServerFlight } from './server-flight.js';

/** What a server accepts, as found by offering it one thing after the other. */
export interface TlsSurvey {
  /** Accepted versions, oldest first, and the suites of each in the order in which they were chosen. */
  accepted: { version: ProtocolVersion; suites: CipherSuite[] }[];
  refused: ProtocolVersion[];
  /** What had no answer that tells anything, and why. */
  unknown: string[];
  /** There may be more suites, though none with a flaw: the offers were used up. */
  isCutShort: boolean;
  compresses: boolean;
  /** Null: only TLS 1.3 is spoken, which does not renegotiate. */
  renegotiatesSafely: boolean | null;
  /** Whether whoever says to have fallen back is refused (RFC 7507); null: there is one version only. */
  refusesFallback: boolean | null;
  /** Codes of the groups that keys were agreed on in. */
  groups: number[];
  /** Bits of the shortest prime of Diffie-Hellman; null: none was used. */
  primeBits: number | null;
  /** DER of the certificates that the server showed unencrypted. */
  leaves: Buffer[];
  /** Connections that were made. */
  offers: number;
}

/** Connections at most, without those of other questions. */
const MOST_OFFERS = 54;
const INAPPROPRIATE_FALLBACK = 86;

type Ask = (offer: HelloOffer) => Promise<OfferAnswer>;
type Accepted = TlsSurvey['accepted'];

/**
 * Finds out versions and suites: offers each version alone with every suite; then of each accepted version the suites
 * with a flaw, then the others, each time without those that were chosen before, until none is taken.
 * @param send one connection each
 */
export async function surveyTls(send: Ask): Promise<TlsSurvey> {
  let offers = 0;
  const flights: ServerFlight[] = [];
  const ask: Ask = async (offer) => {
    offers += 1;
    const answer = await send(offer);
    if (answer.kind === 'flight') flights.push(answer.flight);
    return answer;
  };
  const first = await Promise.all(
    PROTOCOL_VERSIONS.map(async (version) => ({ version, ...(await offerSuites(ask, version, suitesOf(version))) })),
  );
  const accepted: Accepted = first.flatMap(({ version, chosen }) => (chosen ? [{ version, suites: [chosen] }] : []));
  const unknown = first.flatMap((answer) => answer.unknown ?? []);
  const refusesFallback = await offerFallback(ask, accepted);
  const mayAsk = (): boolean => offers < MOST_OFFERS;
  const flawed = await listSuites(ask, accepted, hasFlaw, mayAsk);
  const others = await listSuites(ask, accepted, (suite) => !hasFlaw(suite), mayAsk);
  return {
    accepted,
    refused: first.flatMap(({ version, isRefused }) => (isRefused ? [version] : [])),
    unknown: [...unknown, ...flawed.unknown, ...others.unknown],
    isCutShort: flawed.isCutShort || others.isCutShort,
    refusesFallback,
    offers,
    ...seenIn(flights),
  };
}

const hasFlaw = (suite: CipherSuite): boolean => flawOf(suite) !== null;

const suitesOf = (version: ProtocolVersion): CipherSuite[] =>
  CIPHER_SUITES.filter((suite) => isOfTls13(suite) === (version === 'TLS 1.3'));

interface OfferOutcome {
  chosen?: CipherSuite;
  isRefused?: true;
  unknown?: string;
}

async function offerSuites(ask: Ask, version: ProtocolVersion, suites: readonly CipherSuite[]): Promise<OfferOutcome> {
  const answer = await ask({ version, suites: suites.map(({ code }) => code) });
  if (answer.kind === 'unknown') return { unknown: `${version}: ${answer.reason}` };
  // An older version instead is a refusal of this one.
  if (answer.kind !== 'flight' || answer.flight.version < VERSION_CODES[version]) return { isRefused: true };
  const chosen = suites.find(({ code }) => code === answer.flight.suite);
  return chosen && answer.flight.version === VERSION_CODES[version]
    ? { chosen }
    : { unknown: `${version}: it chose what it was not offered` };
}

/** Adds to each version the wanted suites that are taken. */
async function listSuites(
  ask: Ask,
  accepted: Accepted,
  isWanted: (suite: CipherSuite) => boolean,
  mayAsk: () => boolean,
): Promise<{ unknown: string[]; isCutShort: boolean }> {
  const unknown: string[] = [];
  for (const { version, suites } of accepted) {
    for (let isOpen = true; isOpen;) {
      const rest = suitesOf(version).filter((suite) => isWanted(suite) && !suites.includes(suite));
      if (rest.length === 0) break;
      if (!mayAsk()) return { unknown, isCutShort: true };
      const outcome = await offerSuites(ask, version, rest);
      if (outcome.unknown !== undefined) unknown.push(outcome.unknown);
      if (outcome.chosen) suites.push(outcome.chosen);
      else isOpen = false;
    }
  }
  return { unknown, isCutShort: false };
}

/** Asks for the second best version, of which a client could have been talked into by somebody in between. */
async function offerFallback(ask: Ask, accepted: Accepted): Promise<boolean | null> {
  const second = accepted.at(-2)?.version;
  if (second === undefined) return null;
  const suites = [...suitesOf(second).map(({ code }) => code), FALLBACK_SCSV];
  const answer = await ask({ version: second, suites });
  return answer.kind === 'alert' && answer.code === INAPPROPRIATE_FALLBACK;
}

/** What all answers together show of the server. */
function seenIn(
  flights: ServerFlight[],
): Pick<TlsSurvey, 'compresses' | 'renegotiatesSafely' | 'groups' | 'primeBits' | 'leaves'> {
  const old = flights.filter(({ version }) => version < VERSION_CODES['TLS 1.3']);
  const primes = flights.flatMap(({ primeBits }) => primeBits ?? []);
  const leaves = new Map(flights.flatMap(({ leaf }) => (leaf ? [[leaf.toString('base64'), leaf] as const] : [])));
  return {
    compresses: flights.some(({ compresses }) => compresses),
    renegotiatesSafely: old.length === 0 ? null : old.every(({ renegotiatesSafely }) => renegotiatesSafely),
    groups: [...new Set(flights.flatMap(({ group }) => group ?? []))],
    primeBits: primes.length === 0 ? null : Math.min(...primes),
    leaves: [...leaves.values()],
  };
}

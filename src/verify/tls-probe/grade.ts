import { flawOf, isAead, isForwardSecret } from './cipher-suites.js';
import type { Leaf } from './leaf.js';
import { VERSION_CODES, type ProtocolVersion } from './protocol-versions.js';
import type { TlsSurvey } from './survey.js';

/** As SSL Labs gives them, best first; D and E take a point score that nothing beside a C or an F gets. */
export const GRADES = ['A+', 'A', 'A-', 'B', 'C', 'F'] as const;
export type Grade = (typeof GRADES)[number];

/** Why a server gets no better grade. */
export interface GradeLimit {
  grade: Grade;
  reason: string;
}

export interface TlsGrade {
  grade: Grade;
  /** Worst first; empty for an A+. */
  limits: GradeLimit[];
}

/** What is graded. */
export interface GradedTls {
  survey: TlsSurvey;
  leaves: Leaf[];
  /** Seconds that browsers shall insist on HTTPS for; null: nothing is said of it. `unknown`: there was no answer. */
  hsts: number | null | { unknown: string };
}

/** Seconds of 180 days. */
export const LEAST_HSTS = 180 * 86_400;

/**
 * A grade with its reasons, by the caps of SSL Labs' rating guide. Its score (protocol, key exchange, cipher, at least
 * 80 of 100 for an A) decides nothing beside them: whoever stays clear of the caps below A has at least 85. Stricter in
 * two things: RC4 and 3DES are a C in whatever version, and an A+ offers nothing without forward secrecy or with CBC.
 * Whether clients trust the certificate is left aside, as in "if trust issues are ignored". Pure.
 */
export function gradeTls(tls: GradedTls): TlsGrade {
  const limits = RULES.flatMap((rule) => rule(tls)).toSorted((a, b) => rank(b.grade) - rank(a.grade));
  return { grade: limits[0]?.grade ?? 'A+', limits };
}

/** 0 is the best. */
export const rank = (grade: Grade): number => GRADES.indexOf(grade);

type Rule = (tls: GradedTls) => GradeLimit[];

const limitIf = (isSo: boolean, grade: Grade, reason: string): GradeLimit[] => (isSo ? [{ grade, reason }] : []);

/** One limit for each flaw, whatever the number of suites and versions that have it. */
const flawedSuites: Rule = ({ survey }) => {
  const found = survey.accepted.flatMap(({ version, suites }) =>
    suites.flatMap((suite) => {
      const flaw = flawOf(suite);
      return flaw ? [{ ...flaw, version, name: suite.name }] : [];
    }),
  );
  return [...new Set(found.map(({ flaw }) => flaw))].flatMap((flaw) => {
    const [first, ...more] = found.filter((one) => one.flaw === flaw);
    if (!first) return [];
    const names = new Set([first, ...more].map(({ name }) => name));
    const spoken = new Set([first, ...more].map(({ version }) => version));
    return [{ grade: first.grade, reason: `${[...spoken].join(', ')} with what ${flaw}: ${[...names].join(', ')}` }];
  });
};

const versions: Rule = ({ survey: { accepted } }) => {
  const speaks = (version: ProtocolVersion): boolean => accepted.some((one) => one.version === version);
  const old = (['TLS 1.0', 'TLS 1.1'] as const).filter(speaks);
  return [
    ...limitIf(speaks('SSL 3.0'), 'C', 'SSL 3.0 is spoken (POODLE)'),
    ...limitIf(!speaks('TLS 1.2') && !speaks('TLS 1.3'), 'C', 'neither TLS 1.2 nor 1.3 is spoken'),
    ...limitIf(old.length > 0, 'B', `${old.join(' and ')}, deprecated since 2021 (RFC 8996)`),
    ...limitIf(!speaks('TLS 1.3'), 'A-', 'TLS 1.3 is not spoken'),
  ];
};

const secrecy: Rule = ({ survey: { accepted } }) =>
  accepted.flatMap(({ version, suites }) => {
    const without = suites.filter((suite) => flawOf(suite) === null && !isForwardSecret(suite));
    if (!suites.some(isForwardSecret)) return [{ grade: 'B', reason: `${version} has no forward secrecy` }];
    return limitIf(without.length > 0, 'A', `${version} with ${count(without)} without forward secrecy`);
  });

/** Versions below 1.2 have none at all: they have their own limit. */
const authenticatedEncryption: Rule = ({ survey: { accepted } }) =>
  accepted
    .filter(({ version }) => VERSION_CODES[version] >= VERSION_CODES['TLS 1.2'])
    .flatMap(({ version, suites }) => {
      if (!suites.some(isAead)) return [{ grade: 'B', reason: `${version} has no authenticated encryption (AEAD)` }];
      const others = suites.filter((suite) => flawOf(suite) === null && !isAead(suite));
      return limitIf(others.length > 0, 'A', `${version} with ${count(others)} of CBC`);
    });

const count = ({ length }: unknown[]): string => (length === 1 ? 'a suite' : `${length} suites`);

const features: Rule = ({ survey }) => {
  const below13 = survey.accepted.filter(({ version }) => version !== 'TLS 1.3');
  return [
    ...limitIf(survey.compresses, 'C', 'it compresses before it encrypts (CRIME)'),
    ...limitIf(survey.renegotiatesSafely === false, 'A-', 'safe renegotiation (RFC 5746) is not known to it'),
    ...limitIf(
      below13.length > 1 && survey.refusesFallback === false,
      'A',
      'who says to have fallen back to an older version (TLS_FALLBACK_SCSV) is not refused',
    ),
    ...limitIf(survey.isCutShort, 'A', 'there are more suites than were asked for'),
  ];
};

/** Bits below which a key is broken, and below which it will be. */
const KEYS = { rsa: { broken: 1024, short: 2048 }, curve: { broken: 160, short: 224 } };

const keys: Rule = ({ survey: { primeBits }, leaves }) => [
  ...leaves.flatMap(({ key: { kind, bits } }) =>
    bits === null
      ? []
      : shortness(bits, /^(?:rsa|dsa)/.test(kind) ? KEYS.rsa : KEYS.curve, `the certificate's ${kind} key`),
  ),
  ...(primeBits === null ? [] : shortness(primeBits, KEYS.rsa, 'the prime of Diffie-Hellman')),
];

const shortness = (bits: number, { broken, short }: typeof KEYS.rsa, what: string): GradeLimit[] =>
  limitIf(bits < short, bits < broken ? 'F' : 'B', `${what} has ${bits} bits`);

const signatures: Rule = ({ leaves }) =>
  leaves.flatMap(({ signature }) =>
    signature?.isBroken ? [{ grade: 'F' as const, reason: `the certificate is signed by ${signature.name}` }] : [],
  );

const strictTransport: Rule = ({ hsts }) => {
  if (hsts === null) return [{ grade: 'A', reason: NO_HSTS }];
  if (typeof hsts === 'object')
    return [{ grade: 'A', reason: `whether it asks for HTTPS only could not be seen: ${hsts.unknown}` }];
  return limitIf(
    hsts < LEAST_HSTS,
    'A',
    `Strict-Transport-Security is for ${Math.floor(hsts / 86_400)} days, not for 180`,
  );
};

export const NO_HSTS = 'no Strict-Transport-Security';

const RULES: readonly Rule[] = [
  flawedSuites,
  versions,
  secrecy,
  authenticatedEncryption,
  features,
  keys,
  signatures,
  strictTransport,
];

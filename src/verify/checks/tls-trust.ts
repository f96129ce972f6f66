import type { X509Certificate } from 'node:crypto';
import type { Check, CheckResult } from '../check.js';
import { advice, conclude, expectation } from '../conclude.js';
import { describeError } from '../connection-error.js';
import type { TargetSpec } from '../target.js';
import { bareHost, coverageOf, shakeHands, type Handshake } from '../tls-handshake.js';

const DAY = 86_400_000;
const DAYS_TO_WARN = 7;
const CHAIN = 'a chain to the given CA';
const hintFor = ({ isOwn }: Pick<TargetSpec, 'isOwn'>): string =>
  `Give clients the CA that signed the served certificate; ${isOwn ? '`fortress up` renews what is out of date' : 'make a new one, for this host, where it is out of date'}.`;

export const tlsTrust: Check = {
  id: 'tls.trust',
  title: 'The certificate is trusted, for this host and in date',
  objective: 3,
  severity: 'critical',
  kind: 'paced',
  run: async ({ spec }) => {
    try {
      const handshake = await shakeHands(spec);
      const isOpen = spec.ca === null && handshake.chainError !== null;
      return isOpen ? judgeWithoutCa(handshake, spec) : judgeHandshake(handshake, spec, Date.now());
    } catch (error) {
      const problem = describeError(error, 0);
      return conclude({
        summary: `no TLS handshake with ${spec.https}: ${problem}`,
        expectations: [expectation(false, 'a TLS handshake', problem)],
        exchanges: [],
        hint: hintFor(spec),
      });
    }
  },
};

type Judged = Pick<TargetSpec, 'https' | 'isOwn'>;

/** Nobody said whom clients trust, and no public root vouches: whether they would trust it is open, the rest is not. */
function judgeWithoutCa(handshake: Handshake, spec: Judged): CheckResult {
  const rest = judgeHandshake({ ...handshake, chainError: null }, spec, Date.now());
  if (rest.verdict === 'fail') return rest;
  return {
    ...rest,
    verdict: 'inconclusive',
    summary: `no public root vouches for it (${handshake.chainError}), and no CA file was given to judge it by`,
    expectations: rest.expectations.filter(({ expected }) => expected !== CHAIN),
    hint: 'Name the CA file that clients are told to trust with --ca FILE.',
  };
}

/** @param now milliseconds since the epoch */
export function judgeHandshake(
  { certificate, chainError, protocol, cipher }: Handshake,
  spec: Judged,
  now: number,
): CheckResult {
  const host = bareHost(new URL(spec.https).hostname);
  const from = Date.parse(certificate.validFrom);
  const until = Date.parse(certificate.validTo);
  const daysLeft = Math.floor((until - now) / DAY);
  const coverage = coverageOf(certificate, host);
  const names = certificate.subjectAltName ?? 'no subjectAltName';
  return conclude({
    summary: `${chainError === null ? 'trusted' : `not trusted (${chainError})`}, ${protocol}, valid for ${daysLeft} days`,
    expectations: [
      expectation(chainError === null, CHAIN, chainError ?? 'trusted'),
      expectation(coverage !== 'none', `a certificate for ${host}`, names),
      advice(
        coverage !== 'common name',
        `${host} in the subjectAltName`,
        `only the common name: ${oneLine(certificate.subject)}`,
      ),
      expectation(from <= now && now < until, 'valid today', `${certificate.validFrom} to ${certificate.validTo}`),
      advice(until <= now || daysLeft >= DAYS_TO_WARN, `valid for at least ${DAYS_TO_WARN} days`, `${daysLeft} days`),
      advice(isStrong(certificate), 'an RSA key of at least 2048 bits, or an elliptic curve', keyOf(certificate)),
    ].map((item) => (item.ok && item.advisory ? { ...item, found: 'yes' } : item)),
    exchanges: [],
    facts: {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      'alternative names': names,
      'SHA-256 fingerprint': certificate.fingerprint256,
      'valid until': certificate.validTo,
      key: keyOf(certificate),
      protocol,
      cipher,
    },
    hint: hintFor(spec),
  });
}

const isStrong = ({ publicKey }: X509Certificate): boolean =>
  publicKey.asymmetricKeyType !== 'rsa' || (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;

function keyOf({ publicKey }: X509Certificate): string {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  return `${publicKey.asymmetricKeyType ?? 'unknown'} ${modulusLength ?? namedCurve ?? ''}`.trim();
}

const oneLine = (name: string): string => name.replaceAll('\n', ', ');

import type { Check, CheckResult } from '../check.js';
import { conclude, expectation, inconclusive } from '../conclude.js';
import { offerVersion, TLS_VERSIONS, type TlsVersion, type VersionAnswer } from '../tls-versions.js';

type Answers = Record<TlsVersion, VersionAnswer>;

/** Deprecated by RFC 8996. */
const OLD: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1'];
const CURRENT: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3'];

export const tlsProtocols: Check = {
  id: 'tls.protocols',
  title: 'TLS 1.2 or 1.3, and nothing older',
  objective: 3,
  severity: 'major',
  kind: 'paced',
  run: async ({ spec }) => {
    const answers = await Promise.all(
      TLS_VERSIONS.map(async (version) => [version, await offerVersion(spec, version)] as const),
    );
    return judgeVersions(Object.fromEntries(answers) as Answers);
  },
};

/** Judges what the server said to each version offered alone. Pure. */
export function judgeVersions(answers: Answers): CheckResult {
  const facts = Object.fromEntries(TLS_VERSIONS.map((version) => [nameOf(version), describe(answers[version])]));
  const accepted = TLS_VERSIONS.filter((version) => answers[version] === 'accepted');
  const summary = `accepted: ${accepted.map(nameOf).join(', ') || 'none'}; ${othersIn(answers)}`;
  const isOldAccepted = OLD.some((version) => answers[version] === 'accepted');
  const isOpen = (version: TlsVersion): boolean => typeof answers[version] === 'object';
  const isCurrentOpen = !CURRENT.some((version) => answers[version] === 'accepted') && CURRENT.some(isOpen);
  if (!isOldAccepted && (OLD.some(isOpen) || isCurrentOpen)) {
    return { ...inconclusive(summary, [], UNTOLD_HINT), facts };
  }
  return conclude({
    summary,
    expectations: [
      ...OLD.map((version) =>
        expectation(answers[version] !== 'accepted', `${nameOf(version)} is refused`, describe(answers[version])),
      ),
      expectation(
        CURRENT.some((version) => answers[version] === 'accepted'),
        `${CURRENT.map(nameOf).join(' or ')} is accepted`,
        CURRENT.map((version) => `${nameOf(version)}: ${describe(answers[version])}`).join('; '),
      ),
    ],
    exchanges: [],
    facts,
    hint: 'Set `ssl_protocols TLSv1.2 TLSv1.3;`: TLS 1.0 and 1.1 are deprecated since 2021 (RFC 8996).',
  });
}

const UNTOLD_HINT =
  'Only the alert "protocol version" of the server proves a refusal. Where the handshake broke at something else, see whether ssl_protocols lists that version.';

/** "refused: TLS 1.0, TLS 1.1" */
function othersIn(answers: Answers): string {
  const refused = TLS_VERSIONS.filter((version) => answers[version] === 'refused');
  const unknown = TLS_VERSIONS.filter((version) => typeof answers[version] === 'object');
  return [
    `refused: ${refused.map(nameOf).join(', ') || 'none'}`,
    ...unknown.map((version) => `${nameOf(version)}: ${describe(answers[version])}`),
  ].join('; ');
}

const describe = (answer: VersionAnswer): string =>
  typeof answer === 'string' ? answer : `not known: ${answer.unknown}`;

/** "TLS 1.0" of `TLSv1`. */
const nameOf = (version: TlsVersion): string => (version === 'TLSv1' ? 'TLS 1.0' : version.replace('v', ' '));

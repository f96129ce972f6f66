import type { Check, CheckResult } from '../check.js';
import { advice, conclude, expectation, inconclusive } from '../conclude.js';
import { outcomeOf, type Reply } from '../reply.js';
import type { TargetSpec } from '../target.js';
import { tlsEndpoint } from '../tls-handshake.js';
import { gradeTls, NO_HSTS, rank, type GradedTls, type GradeLimit } from '../tls-probe/grade.js';
import { readLeaf, type Leaf } from '../tls-probe/leaf.js';
import { sendOffer } from '../tls-probe/offer.js';
import { resumeSession, type SessionReport } from '../tls-probe/resume-session.js';
import { surveyTls, type TlsSurvey } from '../tls-probe/survey.js';

export const tlsGrade: Check = {
  id: 'tls.grade',
  title: 'TLS is as strong as it should be: versions, cipher suites, keys',
  objective: 3,
  severity: 'major',
  kind: 'paced',
  run: async (target) => {
    const { spec } = target;
    const endpoint = tlsEndpoint(spec);
    const { host, port, servername: serverName = null } = endpoint;
    const survey = await surveyTls((offer) => sendOffer({ host, port, serverName }, offer));
    if (survey.accepted.length === 0) return inconclusive(untold(survey), [], UNTOLD_HINT);
    const session = await resumeSession(endpoint);
    const reply = await target.ask({ path: '/', anyCertificate: true });
    return judgeTls({ survey, leaves: leavesOf(survey, session), hsts: hstsOf(reply) }, session, reply, spec);
  },
};

/**
 * Judges what was found out: nothing better than a C fails, since nobody promised the best of all grades, and nothing
 * worse than an A goes without a warning. Pure.
 */
export function judgeTls(
  tls: GradedTls,
  session: SessionReport,
  { exchange }: Pick<Reply, 'exchange'>,
  { isOwn }: Pick<TargetSpec, 'isOwn'>,
): CheckResult {
  const { survey } = tls;
  const { grade, limits } = gradeTls(tls);
  const bad = limits.filter((limit) => rank(limit.grade) >= rank('C'));
  if (bad.length === 0 && survey.unknown.length > 0) return inconclusive(untold(survey), [], UNTOLD_HINT);
  const worst = limits.filter((limit) => limit.grade === grade).map((limit) => explain(limit, isOwn));
  const reasons = worst.join('; ') || 'nothing keeps it from that';
  const accepted = survey.accepted.map(({ version }) => version).join(', ');
  return conclude({
    summary: `${grade}, trust left aside; ${accepted}; ${reasons}`,
    expectations: [
      expectation(bad.length === 0, 'nothing of grade C or worse', `${grade}: ${reasons}`),
      advice(rank(grade) <= rank('A'), 'grade A or A+', `${grade}: ${reasons}`),
    ],
    // Whether browsers are told to insist on HTTPS decides between A and A+ only.
    exchanges: bad.length > 0 ? [] : [exchange],
    facts: {
      grade,
      'what keeps it from an A+': limits.map((limit) => explain(limit, isOwn)).join('; ') || 'nothing',
      ...factsOf(tls, session),
    },
    hint: HINT,
  });
}

const HINT =
  'Set `ssl_protocols TLSv1.2 TLSv1.3;`, take the `ssl_ciphers` of the intermediate list of ssl-config.mozilla.org, and an ECDSA P-256 or RSA 2048 key.';
const UNTOLD_HINT =
  'Ask it with `openssl s_client` or testssl.sh, without a firewall in between, which may answer in its place or not at all.';

const explain = ({ reason }: GradeLimit, isOwn: boolean): string =>
  isOwn && reason === NO_HSTS ? `${reason}: an A+ would need gateway.tls.hsts: true` : reason;

const untold = ({ accepted, refused, unknown }: TlsSurvey): string =>
  [
    `accepted: ${accepted.map(({ version }) => version).join(', ') || 'no version'}`,
    `refused: ${refused.join(', ') || 'none'}`,
    ...unknown,
  ].join('; ');

function factsOf({ survey, leaves, hsts }: GradedTls, session: SessionReport): Record<string, string> {
  const { accepted, refused, groups, primeBits, renegotiatesSafely, refusesFallback, compresses, offers } = survey;
  return {
    ...Object.fromEntries(accepted.map(({ version, suites }) => [version, suites.map(({ name }) => name).join(', ')])),
    refused: refused.join(', ') || 'no version',
    'keys are agreed on in': [
      ...groups.map((group) => GROUP_NAMES[group] ?? `group ${group}`),
      ...(primeBits === null ? [] : [`a prime of ${primeBits} bits`]),
    ].join(', '),
    certificate: leaves.map(describeLeaf).join('; ') || 'none was shown',
    'safe renegotiation': yesOrNo(renegotiatesSafely, 'TLS 1.3 has none'),
    'refuses a fallback': yesOrNo(refusesFallback, 'there is one version only'),
    compression: yesOrNo(compresses),
    'resumes sessions':
      typeof session.resumes === 'string' ? `not known: ${session.resumes}` : yesOrNo(session.resumes),
    'spoken inside': session.application ?? 'nothing was agreed on',
    'Strict-Transport-Security': describeHsts(hsts),
    connections: `${offers} that offered something`,
  };
}

const GROUP_NAMES: Record<number, string> = {
  0x0015: 'P-224',
  0x0016: 'secp256k1',
  0x0017: 'P-256',
  0x0018: 'P-384',
  0x0019: 'P-521',
  0x001d: 'X25519',
  0x001e: 'X448',
};

const describeLeaf = ({ key, signature, validTo }: Leaf): string =>
  `${key.kind} ${key.bits ?? 'of unknown length'}, ${signature ? `signed by ${signature.name}` : 'self-signed'}, valid until ${validTo}`;

const yesOrNo = (value: boolean | null, otherwise = 'not known'): string => {
  if (value === null) return otherwise;
  return value ? 'yes' : 'no';
};

function describeHsts(hsts: GradedTls['hsts']): string {
  if (hsts === null) return 'none';
  return typeof hsts === 'number' ? `${Math.floor(hsts / 86_400)} days` : `not known: ${hsts.unknown}`;
}

/** Servers may have one for each kind of key. What cannot be read as a certificate is none. */
function leavesOf(survey: TlsSurvey, { leaf }: SessionReport): Leaf[] {
  const shown = new Map([...survey.leaves, ...(leaf ? [leaf] : [])].map((der) => [der.toString('base64'), der]));
  return [...shown.values()].flatMap((der) => {
    try {
      return readLeaf(der);
    } catch {
      return [];
    }
  });
}

/** Seconds that the header names (RFC 6797, 6.1). */
function hstsOf(reply: Reply): GradedTls['hsts'] {
  if (reply.status === null) return { unknown: outcomeOf(reply) };
  const age = /(?:^|;)\s*max-age\s*=\s*"?(?<seconds>\d+)/i.exec(reply.headers['strict-transport-security'] ?? '');
  return age?.groups?.['seconds'] === undefined ? null : Number(age.groups['seconds']);
}

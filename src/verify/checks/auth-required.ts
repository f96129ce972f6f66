import { randomBytes } from 'node:crypto';
import { apiVoice } from '../api-voice.js';
import type { Check, Expectation } from '../check.js';
import { conclude, exchangesOf, expectation, unanswered } from '../conclude.js';
import { createMarker } from '../mark.js';
import { predictionRequest } from '../prediction.js';
import { outcomeOf, type Ask, type Credentials, type Reply } from '../reply.js';
import { requestsIn, seenBehind } from '../seen-behind.js';
import type { Target, TargetSpec } from '../target.js';

interface Attempt {
  name: string;
  request: Ask;
  reply: Reply;
  /** 401, or a refusal of the method that comes before any question for a password. */
  isRefused: boolean;
}

/** What a gateway says to a method that it does not let through to anybody. */
const REFUSED_METHOD = [403, 405];

export const authRequired: Check = {
  id: 'auth.required',
  title: '401 without the right credentials',
  objective: 4,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const attempts = new Map<string, Attempt[]>();
    for (const [credentials, auth] of wrongCredentials(target.spec)) {
      attempts.set(credentials, await attemptEveryWay(target, auth));
    }
    const all = [...attempts.values()].flat();
    const silent = unanswered(all.map(({ reply }) => reply));
    if (silent) return silent;
    const methods = all.filter(({ isRefused, reply }) => isRefused && !isChallenge(reply));
    const reached = await reachedBehind(target, methods);
    const admitted = all.filter((one) => !one.isRefused || reached.has(one));
    const others = methods.filter((one) => !reached.has(one));
    return conclude({
      summary: [
        `${all.length - admitted.length - others.length} of ${all.length} requests got 401 with WWW-Authenticate`,
        ...(others.length > 0 ? [`${others.length} GETs were refused before that: ${outcomesOf(others)}`] : []),
      ].join('; '),
      expectations: [...attempts].map(([credentials, tries]) => expectationOf(credentials, tries, admitted)),
      exchanges: exchangesOf((admitted.length > 0 ? admitted : all.slice(0, 1)).map(({ reply }) => reply)),
      hint: 'auth_basic must cover every route to the API, whatever the method and the headers.',
    });
  },
};

function wrongCredentials({ user }: TargetSpec): [string, Credentials | null][] {
  const random = randomBytes(8).toString('hex');
  return [
    ['no credentials', null],
    ['a wrong password', { user, password: random }],
    ['an unknown user', { user: `nobody-${random}`, password: random }],
    ['an empty password', { user, password: '' }],
  ];
}

async function attemptEveryWay(target: Target, auth: Credentials | null): Promise<Attempt[]> {
  const groups = [undefined, ...(target.spec.experiment ? [target.spec.experiment.value] : [])];
  const attempts: Attempt[] = [];
  for (const method of ['GET', 'POST'] as const) {
    for (const group of groups) {
      const request = predictionRequest(target.spec, { auth, method, ...(group === undefined ? {} : { group }) });
      const reply = await target.ask(request);
      attempts.push({
        name: group === undefined ? method : `${method} with ${target.spec.experiment?.header}: ${group}`,
        request,
        reply,
        isRefused: isChallenge(reply) || (method === 'GET' && isOfGateway(reply)),
      });
    }
  }
  return attempts;
}

function expectationOf(credentials: string, attempts: Attempt[], admitted: Attempt[]): Expectation {
  const wrong = attempts.filter((one) => admitted.includes(one));
  const found = wrong.map(({ name, reply }) => `${name}: ${describe(reply)}`).join('; ');
  return expectation(
    wrong.length === 0,
    `${credentials}: 401 with WWW-Authenticate: Basic`,
    found || outcomesOf(attempts),
  );
}

/** An API that refuses the method was reached without a password. */
const isOfGateway = (reply: Reply): boolean =>
  reply.status !== null && REFUSED_METHOD.includes(reply.status) && apiVoice(reply) === null;

/** Not every API can be heard: whichever of these requests is in the log of one has reached it. */
async function reachedBehind(target: Target, attempts: Attempt[]): Promise<Set<Attempt>> {
  if (target.engine === null) return new Set();
  const marker = createMarker();
  const since = new Date();
  for (const [index, { request }] of attempts.entries()) await target.ask(marker.mark(request, index));
  const seen = attempts.length > 0 ? requestsIn(await seenBehind(target, { marker, since })) : new Set<number>();
  return new Set(attempts.filter((_attempt, index) => seen.has(index)));
}

/** `4 × 401`, `2 × 401, 2 × 405` */
function outcomesOf(attempts: Attempt[]): string {
  const counts = new Map<string, number>();
  for (const { reply } of attempts) counts.set(outcomeOf(reply), (counts.get(outcomeOf(reply)) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} × ${outcome}`).join(', ');
}

const isChallenge = ({ status, headers }: Reply): boolean =>
  status === 401 && /^basic\b/i.test(headers['www-authenticate'] ?? '');

const describe = (reply: Reply): string =>
  reply.status === 401 ? '401 without WWW-Authenticate: Basic' : outcomeOf(reply);

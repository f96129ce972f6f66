import { randomBytes } from 'node:crypto';
import type { Check, Expectation } from '../check.js';
import { conclude, exchangesOf, expectation, unanswered } from '../conclude.js';
import { predictionRequest } from '../prediction.js';
import { outcomeOf, type Credentials, type Reply } from '../reply.js';
import type { Target, TargetSpec } from '../target.js';

interface Attempt {
  name: string;
  reply: Reply;
}

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
    const admitted = all.filter(({ reply }) => !isChallenge(reply));
    return conclude({
      summary: `${all.length - admitted.length} of ${all.length} requests got 401 with WWW-Authenticate`,
      expectations: [...attempts].map(([credentials, tries]) => expectationOf(credentials, tries)),
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
      const reply = await target.ask(
        predictionRequest(target.spec, { auth, method, ...(group === undefined ? {} : { group }) }),
      );
      attempts.push({
        name: group === undefined ? method : `${method} with ${target.spec.experiment?.header}: ${group}`,
        reply,
      });
    }
  }
  return attempts;
}

function expectationOf(credentials: string, attempts: Attempt[]): Expectation {
  const wrong = attempts.filter(({ reply }) => !isChallenge(reply));
  const found = wrong.map(({ name, reply }) => `${name}: ${describe(reply)}`).join('; ');
  return expectation(
    wrong.length === 0,
    `${credentials}: 401 with WWW-Authenticate: Basic`,
    found || `${attempts.length} × 401`,
  );
}

const isChallenge = ({ status, headers }: Reply): boolean =>
  status === 401 && /^basic\b/i.test(headers['www-authenticate'] ?? '');

const describe = (reply: Reply): string =>
  reply.status === 401 ? '401 without WWW-Authenticate: Basic' : outcomeOf(reply);

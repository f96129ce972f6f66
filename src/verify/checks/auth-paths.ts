import type { Check } from '../check.js';
import { conclude, exchangesOf, expectation, unanswered } from '../conclude.js';
import { INSTANCE_HEADER, predictionRequest } from '../prediction.js';
import { outcomeOf, type Ask, type Reply } from '../reply.js';
import type { TargetSpec } from '../target.js';

/** What describes an API or asks it in another protocol. */
const OTHER_PATHS = ['/docs', '/docs/', '/openapi.json', '/v2', '/v2/health/ready'];

export const authPaths: Check = {
  id: 'auth.paths',
  title: 'No other path leads around the password',
  objective: 4,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const replies: Reply[] = [];
    for (const request of requestsOf(target.spec)) replies.push(await target.ask(request));
    const silent = unanswered(replies);
    if (silent) return silent;
    const open = replies.filter(isServed);
    return conclude({
      summary: `${open.length} of ${replies.length} anonymous requests got through to something`,
      expectations: [
        expectation(
          open.length === 0,
          'nothing is served without credentials',
          open.map(describe).join('; ') || [...new Set(replies.map(outcomeOf))].join(', '),
        ),
      ],
      exchanges: exchangesOf(open.length > 0 ? open : replies.slice(0, 1)),
      hint: 'Every location that leads to an API needs auth_basic: best set it for the whole server.',
    });
  },
};

const requestsOf = (spec: TargetSpec): Ask[] => [
  ...spellings(spec.predictPath).map((path) => ({ ...predictionRequest(spec, { auth: null }), path })),
  ...OTHER_PATHS.map((path) => ({ path })),
];

/** A path in other spellings, which some servers take for the same: `//predict`, `/%70redict`, `/x/../predict`, `/predict/`. */
function spellings(path: string): string[] {
  const [, first = '', rest = ''] = /^\/(.)(.*)$/s.exec(path) ?? [];
  const encoded = `/%${first.codePointAt(0)?.toString(16)}${rest}`;
  return [`/${path}`, encoded, `/x/..${path}`, `${path}/`];
}

/** Let in, or at least answered by an API: whatever that said, the gateway should have asked for a password. */
const isServed = ({ status, headers }: Reply): boolean =>
  (status !== null && status >= 200 && status < 300) || headers[INSTANCE_HEADER] !== undefined;

const describe = (reply: Reply): string => `${reply.exchange.request.url}: ${outcomeOf(reply)}`;

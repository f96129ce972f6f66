import { randomBytes } from 'node:crypto';
import type { Check } from '../check.js';
import { advice, conclude, exchangesOf, expectation, unanswered } from '../conclude.js';
import { gatewayLocations, type Locations } from '../gateway-locations.js';
import { isOpen, isPredicting, isSuccess, soundsOpen } from '../let-in.js';
import { INSTANCE_HEADER, predictionRequest } from '../prediction.js';
import { whoWasReached, type Reached } from '../reached-api.js';
import { isHungUp, outcomeOf, type Ask, type Reply } from '../reply.js';
import type { Target, TargetSpec } from '../target.js';

/** The usual aliases of a prediction's path. */
const PREFIXES = ['/api', '/v1', '/v2', '/debug'];
const SUFFIXES = ['/v2', '_v2', '/debug', '-debug'];
/** The Open Inference Protocol. */
const PROTOCOL_PATHS = ['/v2', '/v2/health/ready'];
/** Of those that the gateway's configuration names. */
const MOST_LOCATIONS = 10;

export const authPaths: Check = {
  id: 'auth.paths',
  title: 'No other path leads around the password',
  objective: 4,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const { spec } = target;
    const known = knownRequests(spec);
    const { requests: named, left } = namedRequests(spec, await gatewayLocations(target));
    const asked: Asked[] = [];
    for (const request of [...known, ...named]) asked.push({ request, reply: await target.ask(request) });
    const replies = asked.map(({ reply }) => reply);
    const elsewhere = await target.ask(anywhere(spec));
    const right = await target.ask(predictionRequest(spec));
    const silent = unanswered([...[...replies, elsewhere].filter((reply) => !isHungUp(reply)), right]);
    if (silent) return silent;
    const { open, doubtful } = await sift(target, asked, {
      isSurely: ({ request, reply }) =>
        named.includes(request) ? isPredicting(reply, spec) : isOpen(reply, elsewhere, spec),
      isPerhaps: ({ request, reply }) => !named.includes(request) && soundsOpen(reply, elsewhere, spec),
    });
    const found = [...open, ...doubtful];
    const isCatchAll = isSuccess(elsewhere);
    const isDistinct = right.status !== elsewhere.status || right.body !== elsewhere.body;
    return conclude({
      summary: [
        `${open.length} of ${replies.length} anonymous requests got through to something`,
        ...(left.length > 0 ? [`not asked: ${left.join(', ')}`] : []),
      ].join('; '),
      expectations: [
        expectation(
          open.length === 0,
          'nothing is served without credentials',
          open.map(describe).join('; ') || [...new Set(replies.map(outcomeOf))].join(', '),
        ),
        ...(doubtful.length > 0
          ? [
              advice(
                false,
                'nothing that sounds like an API answers without credentials',
                doubtful.map(describe).join('; '),
              ),
            ]
          : []),
        // Where any path is served, a path is protected only if it is another.
        ...(isCatchAll
          ? [
              expectation(
                isDistinct,
                `${spec.predictPath} with credentials is served otherwise than any other path without`,
                isDistinct ? 'it is' : `both ${outcomeOf(right)}, in the same words`,
              ),
            ]
          : []),
      ],
      exchanges: exchangesOf(found.length > 0 ? found : isCatchAll ? [elsewhere, right] : replies.slice(0, 1)),
      hint: 'Every location that leads to an API needs auth_basic: best set it for the whole server.',
    });
  },
};

const knownRequests = (spec: TargetSpec): Ask[] => [
  ...[...spellings(spec.predictPath), ...aliases(spec.predictPath)].map((path) => anonymous(spec, path)),
  ...PROTOCOL_PATHS.map((path) => ({ path })),
];

const anonymous = (spec: TargetSpec, path: string): Ask => ({ ...predictionRequest(spec, { auth: null }), path });

const aliases = (path: string): string[] => [
  ...PREFIXES.map((prefix) => prefix + path),
  ...SUFFIXES.map((suffix) => path + suffix),
];

/** What the gateway's configuration names; behind a folder a prediction has its usual name. */
function namedRequests(spec: TargetSpec, locations: Locations): { requests: Ask[]; left: string[] } {
  const named = locations.paths
    .filter(({ path, isStatus }) => !isStatus && path !== spec.predictPath && path !== '/')
    .map(({ path }) => (path.endsWith('/') ? path.slice(0, -1) + spec.predictPath : path));
  const paths = [...new Set(named)];
  const patterns = locations.patterns.map((pattern) => `location ${pattern}`);
  return {
    requests: paths.slice(0, MOST_LOCATIONS).map((path) => anonymous(spec, path)),
    left: [...paths.slice(MOST_LOCATIONS), ...new Set(patterns)],
  };
}

const anywhere = (spec: TargetSpec): Ask => anonymous(spec, `/${randomBytes(6).toString('hex')}`);

/** A path in other spellings, which some servers take for the same: `//predict`, `/%70redict`, `/x/../predict`, `/predict/`, `/PREDICT`. */
function spellings(path: string): string[] {
  const [, first = '', rest = ''] = /^\/(.)(.*)$/s.exec(path) ?? [];
  const encoded = `/%${first.codePointAt(0)?.toString(16)}${rest}`;
  return [`/${path}`, encoded, `/x/..${path}`, `${path}/`, path.toUpperCase()];
}

interface Asked {
  request: Ask;
  reply: Reply;
}

/** Who only sounds like an API may be one that predicts: by its name, or by the logs; else nobody can say. */
async function sift(
  target: Target,
  asked: Asked[],
  { isSurely, isPerhaps }: Record<'isSurely' | 'isPerhaps', (one: Asked) => boolean>,
): Promise<{ open: Reply[]; doubtful: Reply[] }> {
  const isNamed = ({ reply }: Asked): boolean => reply.headers[INSTANCE_HEADER] !== undefined;
  const heard = asked.filter((one) => !isSurely(one) && isPerhaps(one));
  const unnamed = heard.filter((one) => !isNamed(one));
  const reached = await whoWasReached(
    target,
    unnamed.map(({ request }) => request),
  );
  const wereReached = (who: Reached): Asked[] => unnamed.filter((_one, index) => reached[index] === who);
  const open = new Set([...asked.filter(isSurely), ...heard.filter(isNamed), ...wereReached('api')]);
  const replies = (some: Asked[]): Reply[] => some.map(({ reply }) => reply);
  return { open: replies(asked.filter((one) => open.has(one))), doubtful: replies(wereReached('unknown')) };
}

const describe = (reply: Reply): string => `${reply.exchange.request.url}: ${outcomeOf(reply)}`;

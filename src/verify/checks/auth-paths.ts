import { randomBytes } from 'node:crypto';
import { apiVoice } from '../api-voice.js';
import type { Check } from '../check.js';
import { conclude, exchangesOf, expectation, unanswered } from '../conclude.js';
import { gatewayLocations, type Location } from '../gateway-locations.js';
import { isPrediction, predictionRequest } from '../prediction.js';
import { isHungUp, jsonOf, outcomeOf, type Ask, type Reply } from '../reply.js';
import type { TargetSpec } from '../target.js';

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
    const named = namedRequests(spec, await gatewayLocations(target));
    const replies: Reply[] = [];
    for (const request of [...known, ...named]) replies.push(await target.ask(request));
    const elsewhere = await target.ask(anywhere(spec));
    const right = await target.ask(predictionRequest(spec));
    const silent = unanswered([...[...replies, elsewhere].filter((reply) => !isHungUp(reply)), right]);
    if (silent) return silent;
    const open = replies.filter((reply, index) =>
      index < known.length ? isOpen(reply, elsewhere, spec) : isPredicting(reply, spec),
    );
    const isCatchAll = isSuccess(elsewhere);
    const isDistinct = right.status !== elsewhere.status || right.body !== elsewhere.body;
    return conclude({
      summary: `${open.length} of ${replies.length} anonymous requests got through to something`,
      expectations: [
        expectation(
          open.length === 0,
          'nothing is served without credentials',
          open.map(describe).join('; ') || [...new Set(replies.map(outcomeOf))].join(', '),
        ),
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
      exchanges: exchangesOf(open.length > 0 ? open : isCatchAll ? [elsewhere, right] : replies.slice(0, 1)),
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
function namedRequests(spec: TargetSpec, locations: Location[]): Ask[] {
  const paths = locations
    .filter(({ path, isStatus }) => !isStatus && path !== spec.predictPath && path !== '/')
    .map(({ path }) => (path.endsWith('/') ? path.slice(0, -1) + spec.predictPath : path));
  return [...new Set(paths)].slice(0, MOST_LOCATIONS).map((path) => anonymous(spec, path));
}

const anywhere = (spec: TargetSpec): Ask => anonymous(spec, `/${randomBytes(6).toString('hex')}`);

/** A path in other spellings, which some servers take for the same: `//predict`, `/%70redict`, `/x/../predict`, `/predict/`, `/PREDICT`. */
function spellings(path: string): string[] {
  const [, first = '', rest = ''] = /^\/(.)(.*)$/s.exec(path) ?? [];
  const encoded = `/%${first.codePointAt(0)?.toString(16)}${rest}`;
  return [`/${path}`, encoded, `/x/..${path}`, `${path}/`, path.toUpperCase()];
}

/** What an API that does not know the path, or knows it by another spelling, sends away with: nothing is let in. */
const SENT_AWAY = [301, 302, 307, 308, 404];

/**
 * Let in: with a prediction, with something that not every path gets, or with words of an API about the
 * request itself: whatever it said, the gateway should have asked for a password first.
 */
function isOpen(reply: Reply, elsewhere: Reply, spec: TargetSpec): boolean {
  if (reply.status === null) return false;
  if (SENT_AWAY.includes(reply.status)) return isBeyondExactPath(reply, elsewhere, spec);
  const isEverywhere = reply.status === elsewhere.status && reply.body === elsewhere.body;
  // Static files answer GET at any path, and POST at none: there only data tells.
  const isStatic = reply.exchange.request.method === 'GET' && jsonOf(reply) === undefined;
  return isPrediction(reply, spec) || (isSuccess(reply) && !isEverywhere && !isStatic) || apiVoice(reply) !== null;
}

/**
 * Every path leads to an API, and the password is for exactly one of them: with a slash behind it, it is
 * the API that sends away, not the gateway.
 */
function isBeyondExactPath(reply: Reply, elsewhere: Reply, { predictPath }: TargetSpec): boolean {
  if (apiVoice(elsewhere) === null || !reply.exchange.request.url.endsWith(`${predictPath}/`)) return false;
  return apiVoice(reply) !== null || (reply.status !== 404 && !/<center>nginx/.test(reply.body));
}

/** A path may serve anything, but no predictions: nor take a request for one and find fault with it. */
const isPredicting = (reply: Reply, spec: TargetSpec): boolean =>
  isPrediction(reply, spec) || (reply.status === 422 && apiVoice(reply) !== null);

const isSuccess = ({ status }: Reply): boolean => status !== null && status >= 200 && status < 300;

const describe = (reply: Reply): string => `${reply.exchange.request.url}: ${outcomeOf(reply)}`;

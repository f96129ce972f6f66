import type { Check, Expectation } from '../check.js';
import { conclude, exchangesOf, expectation } from '../conclude.js';
import { predictionRequest } from '../prediction.js';
import { outcomeOf, type Ask, type Reply } from '../reply.js';
import type { TargetSpec } from '../target.js';

const REDIRECTS = [301, 302, 307, 308];
/** Both must survive the redirect, the escape too. */
const QUERY = '?source=verify&text=a%20b';

export const httpRedirect: Check = {
  id: 'http.redirect',
  title: 'Plain HTTP redirects to the declared HTTPS URL',
  objective: 3,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const { spec } = target;
    const get = await target.ask(plainRequest(spec, 'GET'));
    const post = await target.ask(plainRequest(spec, 'POST'));
    return conclude({
      summary: describe(get) === describe(post) ? describe(get) : `GET: ${describe(get)}; POST: ${describe(post)}`,
      expectations: [redirectExpectation('GET', get, spec), redirectExpectation('POST', post, spec)],
      exchanges: exchangesOf([get, post]),
      hint: 'The port-80 server block should hold `return 308 https://HOST:PORT$request_uri;` with the published port.',
    });
  },
};

/** Without credentials: this goes over the wire in the clear. Not followed: every other check asks the declared URL. */
const plainRequest = (spec: TargetSpec, method: 'GET' | 'POST'): Ask => {
  const request = predictionRequest(spec, { auth: null, method });
  return { ...request, origin: spec.http, path: request.path + QUERY };
};

const redirectExpectation = (method: string, reply: Reply, spec: TargetSpec): Expectation =>
  expectation(
    isRightRedirect(reply, spec),
    `${method}: ${REDIRECTS.join(', ')} to ${declaredUrl(spec)}`,
    describe(reply),
  );

const isRightRedirect = ({ status, headers }: Reply, spec: TargetSpec): boolean =>
  status !== null && REDIRECTS.includes(status) && normalised(headers['location']) === normalised(declaredUrl(spec));

const declaredUrl = (spec: TargetSpec): string => spec.https + spec.predictPath + QUERY;

const describe = (reply: Reply): string =>
  reply.headers['location'] === undefined ? outcomeOf(reply) : `${outcomeOf(reply)} to ${reply.headers['location']}`;

/** So that an explicit `:443` is the same as none. */
const normalised = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).href : url;

import type { Check, Expectation } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive } from '../conclude.js';
import { predictionRequest } from '../prediction.js';
import { isUntrusted, outcomeOf, type Ask, type Reply } from '../reply.js';
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
    if (spec.omitted['http'] !== undefined) return inconclusive(spec.omitted['http'], [], NOWHERE_HINT);
    const get = await target.ask(plainRequest(spec, 'GET'));
    const post = await target.ask(plainRequest(spec, 'POST'));
    const followed = isRightRedirect(get, spec) ? await target.ask(secureRequest(spec)) : null;
    return conclude({
      summary: describe(get) === describe(post) ? describe(get) : `GET: ${describe(get)}; POST: ${describe(post)}`,
      expectations: [
        redirectExpectation('GET', get, spec),
        redirectExpectation('POST', post, spec),
        ...(followed ? [arrivalExpectation(followed)] : []),
      ],
      exchanges: exchangesOf([get, post, ...(followed ? [followed] : [])]),
      hint: 'The port-80 server block should hold `return 308 https://HOST:PORT$request_uri;` with the published port.',
    });
  },
};

const NOWHERE_HINT = 'Say with --http URL where plain HTTP is.';

/** Without credentials: this goes over the wire in the clear. */
const plainRequest = (spec: TargetSpec, method: 'GET' | 'POST'): Ask => {
  const request = predictionRequest(spec, { auth: null, method });
  return { ...request, origin: spec.http, path: request.path + QUERY };
};

/** Where the redirect leads, asked as a client that follows it asks. */
const secureRequest = (spec: TargetSpec): Ask => ({
  ...predictionRequest(spec, { auth: null, method: 'GET' }),
  path: spec.predictPath + QUERY,
});

/** Any answer but one more redirect; that a certificate is not trusted is the question of another check. */
const arrivalExpectation = (reply: Reply): Expectation =>
  expectation(
    isUntrusted(reply) || (reply.status !== null && (reply.status < 300 || reply.status >= 400)),
    'an answer where it leads',
    describe(reply),
  );

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

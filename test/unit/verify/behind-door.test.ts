import { describe, expect, it } from 'vitest';
import { judgeDoor } from '../../../src/verify/behind-door.js';
import type { Door } from '../../../src/verify/doors.js';
import type { Reply } from '../../../src/verify/reply.js';
import { makeReply } from './support/results.js';
import { makeSpec } from './support/spec.js';

const spec = makeSpec();
const door = (more: Partial<Door> = {}): Door => ({
  container: 'shop-api-1',
  service: 'api',
  port: 8000,
  address: null,
  isGateway: false,
  isOnHost: false,
  isMonitoring: false,
  isGuess: false,
  ...more,
});

function at(url: string, reply: Reply): Reply {
  return { ...reply, exchange: { ...reply.exchange, request: { ...reply.exchange.request, url } } };
}
const knock = (predict: Reply, root: Reply = makeReply(404)): Reply[] => [
  at('http://localhost:8000/predict', predict),
  at('http://localhost:8000/openapi.json', makeReply(404)),
  at('http://localhost:8000/', root),
  at('https://localhost:8000/predict', makeReply(null)),
];
const silence = (scheme: string, errorCode: string): Reply =>
  at(`${scheme}://localhost:8000/predict`, { ...makeReply(null), errorCode });

const NOT_FOUND = makeReply(404, '{"detail":"Not Found"}');
const PLAIN = makeReply(404, 'nothing here');
const EXPRESS = makeReply(404, 'Cannot POST /predict', { 'x-powered-by': 'Express' });
const PAGE = makeReply(200, '<h1>Sentiments</h1>', { 'content-type': 'text/html; charset=utf-8' });
const LOGIN = makeReply(302, '', { location: '/login' });
const METRICS = makeReply(200, '# HELP requests_total All\nrequests_total 1\n');

const judge = (
  replies: Reply[],
  { serving = new Set(['other']) as Set<string> | null } = {},
  more: Partial<Door> = {},
) => judgeDoor(door(more), replies, { spec, serving }).is;
const SERVING = { serving: new Set(['api']) };
const NOBODY_KNOWS = { serving: null };

describe('judgeDoor', () => {
  it('finds a way in where an API speaks, whatever it says', () => {
    expect(judge(knock(NOT_FOUND))).toBe('in');
    expect(judge(knock(NOT_FOUND), NOBODY_KNOWS)).toBe('in');
    expect(judge(knock(makeReply(422, '{"detail":[]}'), PAGE))).toBe('in');
  });

  it('finds one where a container answers that serves predictions, whatever it says', () => {
    expect(judge(knock(PLAIN), SERVING)).toBe('in');
    expect(judge(knock(makeReply(403)), SERVING)).toBe('in');
    expect(judge(knock(PLAIN))).toBe('nothing');
  });

  it("is not sure of one in the host's network, where the port may be another's", () => {
    expect(judge(knock(PLAIN), SERVING, { isOnHost: true })).toBe('nothing');
    expect(judge(knock(NOT_FOUND, PAGE), SERVING, { isOnHost: true })).toBe('in');
    expect(judge(knock(NOT_FOUND), {}, { isOnHost: true, isGuess: true })).toBe('nothing');
  });

  it.each([
    ['a web frontend', EXPRESS, PAGE],
    ['one behind a login', EXPRESS, LOGIN],
    ['a UI made with the tools of APIs', makeReply(404, '{"detail":"Not Found"}', { server: 'uvicorn' }), PAGE],
    ['a listener for metrics alone', makeReply(501, '', { server: 'gunicorn' }), METRICS],
    ['static files', makeReply(405), PAGE],
  ])('finds nothing at %s', (_what, predict, root) => {
    expect(judge(knock(predict, root))).toBe('nothing');
  });

  it('doubts what sounds like an API and has a page, where nobody knows who serves', () => {
    expect(judge(knock(EXPRESS, PAGE), NOBODY_KNOWS)).toBe('doubtful');
    expect(judge(knock(PLAIN, PAGE), NOBODY_KNOWS)).toBe('nothing');
    expect(judge(knock(EXPRESS, PAGE), SERVING)).toBe('in');
  });

  it('finds only metrics at a second port of an API', () => {
    expect(judge(knock(METRICS, METRICS), SERVING)).toBe('nothing');
  });

  it('leaves monitoring and the gateway to say what they want, unless they serve', () => {
    for (const whose of [{ isMonitoring: true }, { isGateway: true }]) {
      expect(judge(knock(NOT_FOUND), SERVING, whose)).toBe('nothing');
      expect(judge(knock(makeReply(200, '{"prediction value":"love"}')), {}, whose)).toBe('in');
    }
  });

  it.each(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])(
    'does not take a port that swallows requests for closed: %s',
    (code) => {
      expect(judge([silence('http', code), silence('https', code)])).toBe('swallowed');
      expect(judge([silence('http', code), silence('https', code)], {}, { isGateway: true })).toBe('swallowed');
    },
  );

  it('takes what refuses plain requests and waits for more of TLS for a database, unless it predicts', () => {
    const redis = [silence('http', 'UND_ERR_SOCKET'), silence('https', 'ETIMEDOUT')];
    expect(judge(redis)).toBe('nothing');
    expect(judge(redis, SERVING)).toBe('swallowed');
    expect(judge([silence('http', 'ECONNREFUSED'), silence('https', 'ECONNREFUSED')], SERVING)).toBe('nothing');
  });
});

import { apiVoice } from './api-voice.js';
import { isPrediction } from './prediction.js';
import { jsonOf, property, type Reply } from './reply.js';
import type { TargetSpec } from './target.js';

/** What an API that does not know the path, or knows it by another spelling, sends away with: nothing is let in. */
const SENT_AWAY = [301, 302, 307, 308, 404];

/**
 * Let in without a password: to a prediction, to something that not every path gets, or as far as an API that knows
 * the path. Pure.
 * @param elsewhere what a path gets that nobody can have
 */
export function isOpen(reply: Reply, elsewhere: Reply, spec: TargetSpec): boolean {
  if (reply.status === null) return false;
  if (SENT_AWAY.includes(reply.status)) return isKnownPath(reply, elsewhere, spec);
  // Static files answer GET at any path, and POST at none: there only data tells.
  const isStatic = reply.exchange.request.method === 'GET' && jsonOf(reply) === undefined;
  return isPredicting(reply, spec) || (isSuccess(reply) && !isSame(reply, elsewhere) && !isStatic);
}

/**
 * Words of an API about the request itself: the gateway should have asked for a password first, unless what speaks
 * is a web frontend. With a slash behind the path it is an API that sends away, where every path leads to one. Pure.
 */
export function soundsOpen(reply: Reply, elsewhere: Reply, spec: TargetSpec): boolean {
  if (reply.status === null || !SENT_AWAY.includes(reply.status)) return apiVoice(reply) !== null;
  if (apiVoice(elsewhere) === null || !isSlashed(reply, spec)) return false;
  return apiVoice(reply) !== null || (reply.status !== 404 && !/<center>nginx/.test(reply.body));
}

/** Starlette's way: a slash too many leads to the path without it only where there is such a path. */
const isKnownPath = (reply: Reply, elsewhere: Reply, spec: TargetSpec): boolean =>
  reply.status === 307 &&
  isSlashed(reply, spec) &&
  pathIn(reply.headers['location']) === spec.predictPath &&
  property(jsonOf(elsewhere), 'detail') !== undefined;

const pathIn = (location: string | undefined): string | undefined =>
  location?.replace(/^https?:\/\/[^/]+/, '').replace(/[?#].*$/, '');

const isSlashed = ({ exchange }: Reply, { predictPath }: TargetSpec): boolean =>
  exchange.request.url.endsWith(`${predictPath}/`);

const isSame = (reply: Reply, other: Reply): boolean => reply.status === other.status && reply.body === other.body;

/** A path may serve anything, but no predictions: nor take a request for one and find fault with it. */
export const isPredicting = (reply: Reply, spec: TargetSpec): boolean =>
  isPrediction(reply, spec) || (reply.status === 422 && apiVoice(reply) !== null);

export const isSuccess = ({ status }: Reply): boolean => status !== null && status >= 200 && status < 300;

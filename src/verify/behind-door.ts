import { apiVoice } from './api-voice.js';
import type { Door } from './doors.js';
import { isServed } from './knock.js';
import type { Reply } from './reply.js';
import type { TargetSpec } from './target.js';

/**
 * What is behind a door: an API that answers there (`in`), perhaps one (`doubtful`), nobody can say (`swallowed`),
 * or nothing that matters.
 */
export interface BehindDoor {
  is: 'in' | 'doubtful' | 'swallowed' | 'nothing';
  /** The answer that shows it. */
  reply: Reply | null;
  /** In words that follow the answer. */
  reason: string;
}

/** Services of which a container served predictions; null: it is not known which did. */
type Serving = ReadonlySet<string> | null;

const TIMED_OUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);
const METRICS = /^# (?:HELP|TYPE) /m;
const NOTHING: BehindDoor = { is: 'nothing', reply: null, reason: '' };

/** Whether it takes to know who serves predictions to judge these answers. Pure. */
export const isUnclear = (door: Door, replies: Reply[], spec: TargetSpec): boolean =>
  isOfApi(door) &&
  !replies.some((reply) => isServed(reply, spec)) &&
  replies.some((reply) => reply.status !== null || isTimeout(reply));

/**
 * Judges what was answered at a door. At a port that an API publishes any answer is a way in, since nobody knows all
 * of its paths; other people's things that merely sound like one have a page for people, or only metrics. Pure.
 */
export function judgeDoor(
  door: Door,
  replies: Reply[],
  { spec, serving }: { spec: TargetSpec; serving: Serving },
): BehindDoor {
  const served = replies.find((reply) => isServed(reply, spec));
  if (served) return { is: 'in', reply: served, reason: 'an API serves there' };
  const answered = replies.find(({ status }) => status !== null);
  const isServing = serving?.has(door.service) === true;
  if (isOfApi(door) && answered && !isMetricsOnly(replies)) {
    if (isServing && !door.isOnHost) return { is: 'in', reply: answered, reason: 'the container serves predictions' };
    const voice = voiceIn(replies);
    if (voice && (isServing || !hasPage(replies)))
      return { is: 'in', reply: voice.reply, reason: `it ${voice.reason}` };
    if (voice && serving === null) return { is: 'doubtful', reply: voice.reply, reason: `it ${voice.reason}` };
  }
  const silent = replies.find((reply) => isTimeout(reply) && (isServing || !isByTls(reply)));
  return silent && !answered ? { is: 'swallowed', reply: silent, reason: '' } : NOTHING;
}

/** The gateway's own doors are the gateway's to answer at, and a port that was guessed may be anybody's. */
const isOfApi = ({ isGateway, isMonitoring, isGuess }: Door): boolean => !isGateway && !isMonitoring && !isGuess;

function voiceIn(replies: Reply[]): { reply: Reply; reason: string } | null {
  for (const reply of replies) {
    const reason = apiVoice(reply);
    if (reason !== null) return { reply, reason };
  }
  return null;
}

const isAtRoot = ({ exchange }: Reply): boolean => new URL(exchange.request.url).pathname === '/';

/** Something for people: its root has a page, or leads to one. */
const hasPage = (replies: Reply[]): boolean =>
  replies.some((reply) => {
    const { status, headers } = reply;
    if (status === null || !isAtRoot(reply)) return false;
    return (status >= 300 && status < 400) || (status === 200 && /\bhtml\b/i.test(headers['content-type'] ?? ''));
  });

/** A listener that says how an API is, and serves nobody. */
const isMetricsOnly = (replies: Reply[]): boolean =>
  replies.some((reply) => isAtRoot(reply) && reply.status === 200 && METRICS.test(reply.body));

const isTimeout = ({ errorCode }: Reply): boolean => errorCode !== null && TIMED_OUT.has(errorCode);

/** What speaks neither HTTP nor TLS may wait for the rest of a handshake: databases do. */
const isByTls = ({ exchange }: Reply): boolean => exchange.request.url.startsWith('https:');

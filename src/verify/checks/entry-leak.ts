import { randomBytes } from 'node:crypto';
import { apiVoice } from '../api-voice.js';
import type { Check } from '../check.js';
import { advice, conclude, exchangesOf } from '../conclude.js';
import { createMarker, type Marker } from '../mark.js';
import { isPrediction } from '../prediction.js';
import { outcomeOf, type Ask, type Reply } from '../reply.js';
import { requestsIn, seenBehind } from '../seen-behind.js';
import type { Target, TargetSpec } from '../target.js';
import { unreachable } from '../unreachable.js';

export const entryLeak: Check = {
  id: 'entry.leak',
  title: 'Nothing but predictions leads to an API',
  objective: 1,
  severity: 'warning',
  kind: 'paced',
  run: async (target) => {
    const marker = createMarker();
    const since = new Date();
    const requests = requestsOf();
    const replies: Reply[] = [];
    for (const [index, request] of requests.entries()) replies.push(await target.ask(marker.mark(request, index)));
    const silent = await unreachable(target, replies);
    if (silent) return silent;
    const logged = await loggedBehind(target, { marker, since, replies });
    const leaks = replies.flatMap((reply, index) => {
      const reason =
        leakIn(reply, replies.at(-1), target.spec) ?? (logged.has(index) ? 'is in the log of an API' : null);
      return reason === null ? [] : [{ name: nameOf(requests[index]), reply, reason }];
    });
    return conclude({
      summary: `${leaks.length} of ${replies.length} anonymous requests to other paths reached an API`,
      expectations: requests.map((request, index) => {
        const name = nameOf(request);
        const leak = leaks.find(({ reply }) => reply === replies[index]);
        const outcome = outcomeOf(replies[index] as Reply);
        return advice(
          leak === undefined,
          `${name} does not reach an API`,
          leak === undefined ? outcome : `${outcome}, and it ${leak.reason}`,
        );
      }),
      exchanges: exchangesOf(leaks.length > 0 ? leaks.map(({ reply }) => reply) : replies.slice(0, 1)),
      hint: 'Proxy `location = /predict` alone and let `location /` answer 404 (or with static files): everything that the API has or will have is open otherwise.',
    });
  },
};

/** The last is a path that nobody can have: it shows what the gateway says to any. */
const requestsOf = (): Ask[] => [
  { path: '/docs' },
  { path: '/openapi.json' },
  { path: '/' },
  // An API refuses the method in words of its own, even where it has a page to show.
  { path: '/', method: 'POST', body: '{}' },
  { path: `/${randomBytes(6).toString('hex')}` },
];

const nameOf = (request: Ask | undefined): string => `${request?.method ?? 'GET'} ${request?.path}`;

/** Why an answer shows a leak: by its voice, or because it differs from what every other path gets. */
function leakIn(reply: Reply, any: Reply | undefined, spec: TargetSpec): string | null {
  if (isPrediction(reply, spec)) return 'is a prediction';
  const isDescription = /\/(?:docs|openapi\.json)(?:\?|$)/.test(reply.exchange.request.url);
  const isServed = reply.status === 200 && (any?.status !== 200 || any.body !== reply.body);
  return apiVoice(reply) ?? (isDescription && isServed ? 'is a page that no other path has' : null);
}

/** A refusal is the gateway's: then there is nothing to look for in the logs of what is behind it. */
async function loggedBehind(
  target: Target,
  { replies, ...marked }: { marker: Marker; since: Date; replies: Reply[] },
): Promise<Set<number>> {
  const isOpen = replies.some((reply) => reply.status !== 401 && apiVoice(reply) === null);
  return isOpen ? requestsIn(await seenBehind(target, marked)) : new Set();
}

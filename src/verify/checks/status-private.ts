import { networkInterfaces } from 'node:os';
import type { Check } from '../check.js';
import { conclude, exchangesOf, expectation, unanswered } from '../conclude.js';
import { outcomeOf, type Ask, type Reply } from '../reply.js';
import type { Target, TargetSpec } from '../target.js';

const STATUS_PATHS = ['/nginx_status', '/stub_status', '/status', '/metrics'];
/** nginx's stub_status, or metrics for Prometheus. */
const STATUS_PAGE = /^(?:Active connections:|# (?:HELP|TYPE) )/m;

export const statusPrivate: Check = {
  id: 'status.private',
  title: 'No status page or metrics on a published port',
  objective: 7,
  severity: 'major',
  kind: 'paced',
  run: async (target) => {
    const declared = await probe(target, undefined);
    const silent = unanswered(declared);
    if (silent) return silent;
    // Through 127.0.0.1 nginx sees the bridge's gateway, through this machine's own address that one:
    // an allow-list may hold either. Nothing listening there is an answer too.
    const address = ownAddressFor(target.spec);
    const own = address === undefined ? [] : await probe(target, address);
    const replies = [...declared, ...own];
    const served = replies.filter(isStatusPage);
    return conclude({
      summary: `${served.length} of ${replies.length} requests to ${STATUS_PATHS.join(', ')} got a status page`,
      expectations: [
        expectation(
          served.length === 0,
          'no status page',
          served.length > 0 ? served.map(describe).join('; ') : 'none',
        ),
      ],
      exchanges: exchangesOf(served.length > 0 ? served : replies.slice(0, 1)),
      facts: { 'asked through': ['the declared address', ...(address === undefined ? [] : [address])].join(' and ') },
      hint: 'stub_status and metrics belong on an internal listener that is not published, e.g. `listen 8081`.',
    });
  },
};

async function probe(target: Target, via: string | undefined): Promise<Reply[]> {
  const { https, http } = target.spec;
  const replies: Reply[] = [];
  for (const origin of [https, http]) {
    for (const path of STATUS_PATHS) {
      const reply = await target.ask(request(target.spec, origin, path, via));
      replies.push(reply);
      if (reply.status === null) break;
    }
  }
  return replies;
}

/** With credentials where they are safe, so that authentication does not hide the page. */
const request = (spec: TargetSpec, origin: string, path: string, via: string | undefined): Ask => ({
  origin,
  path,
  ...(origin === spec.https ? { auth: spec } : {}),
  ...(via === undefined ? {} : { via }),
});

const isStatusPage = ({ status, body }: Reply): boolean => status === 200 && STATUS_PAGE.test(body);

const describe = (reply: Reply): string => `${reply.exchange.request.url}: ${outcomeOf(reply)}`;

/** This machine's first address that is not loopback, when the target runs on this machine. */
function ownAddressFor({ https, connectTo }: TargetSpec): string | undefined {
  const host = connectTo ?? new URL(https).hostname;
  if (host !== 'localhost' && !host.startsWith('127.') && host !== '[::1]') return undefined;
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

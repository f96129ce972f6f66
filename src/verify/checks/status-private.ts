import type { Check, CheckResult, Expectation } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive } from '../conclude.js';
import { gatewayLocations } from '../gateway-locations.js';
import { secondAddressFor } from '../own-address.js';
import { otherPublishedPorts, type PublishedPort } from '../published-ports.js';
import { isHungUp, outcomeOf, type Ask, type Reply } from '../reply.js';
import type { Target, TargetSpec } from '../target.js';
import { unreachable } from '../unreachable.js';

const STATUS_PATHS = ['/nginx_status', '/stub_status', '/status', '/metrics'];
/** nginx's stub_status, or metrics for Prometheus. */
const STATUS_PAGE = /^(?:Active connections:|# (?:HELP|TYPE) )/m;
const STUB_STATUS = /^Active connections:/m;
/** Milliseconds; a port that swallows packets is not waited for. */
const TIMEOUT = 2_000;

export const statusPrivate: Check = {
  id: 'status.private',
  title: 'No status page or metrics on a published port',
  objective: 7,
  severity: 'major',
  kind: 'paced',
  run: async (target) => {
    const paths = await statusPaths(target);
    const declared = await probe(target, paths, undefined);
    // That nobody listens for plain HTTP is the question of another check.
    const silent = await unreachable(
      target,
      declared.filter(({ exchange }) => exchange.request.url.startsWith('https:')),
    );
    if (silent) return silent;
    // Through 127.0.0.1 nginx sees the bridge's gateway, through this machine's own address that one:
    // an allow-list may hold either. Nothing listening there is an answer too.
    const address = secondAddressFor(target.spec);
    const own = address === undefined ? [] : await probe(target, paths, address);
    const ports = otherPublishedPorts(target.spec);
    const elsewhere = await Promise.all(ports.map((port) => probePort(target, port, paths)));

    const served = [...declared, ...own].filter(isStatusPage);
    const others = elsewhere.flat().filter(isStubStatus);
    const surely = elsewhere.flatMap((replies, index) => (ports[index]?.isGuess ? [] : replies.filter(isStubStatus)));
    const guessed = others.filter((reply) => !surely.includes(reply));
    const found = [...served, ...others];
    const asked = declared.length + own.length + elsewhere.flat().length;
    const { deployment } = target.spec;
    if (found.length === 0 && 'unknown' in deployment) return partlyAsked(asked, deployment.unknown, declared);
    return conclude({
      summary: `${found.length} of ${asked} requests to ${paths.join(', ')} got a status page`,
      expectations: [
        noStatusPage('no status page', [...served, ...surely]),
        ...(guessed.length > 0
          ? [{ ...noStatusPage('none on the usual ports', guessed), advisory: true as const }]
          : []),
      ],
      exchanges: exchangesOf(found.length > 0 ? found : declared.slice(0, 1)),
      facts: {
        'asked through': ['the declared address', ...(address === undefined ? [] : [address])].join(' and '),
        'other ports': ports.map(({ authority }) => authority).join(', ') || 'none is published',
      },
      hint: 'stub_status and metrics belong on an internal listener that is not published, e.g. `listen 8081`.',
    });
  },
};

/** Who does not know which ports are published has not asked all of them. */
const partlyAsked = (asked: number, why: string, declared: Reply[]): CheckResult =>
  inconclusive(
    `none of ${asked} requests got a status page, but which other ports are published is not known: ${why}`,
    exchangesOf(declared.slice(0, 1)),
    'Verify where the Docker Engine of the stack is reached, or see with `docker ps` which ports are published.',
  );

/** The usual ones, and those that the gateway's configuration names. */
async function statusPaths(target: Target): Promise<string[]> {
  const { paths } = await gatewayLocations(target);
  const named = paths.filter(({ isStatus }) => isStatus);
  return [...new Set([...STATUS_PATHS, ...named.map(({ path }) => path)])];
}

async function probe(target: Target, paths: string[], via: string | undefined): Promise<Reply[]> {
  const { https, http } = target.spec;
  const replies: Reply[] = [];
  for (const origin of [https, http]) {
    for (const path of paths) {
      const reply = await target.ask(request(target.spec, origin, path, via));
      replies.push(reply);
      if (reply.status === null && !isHungUp(reply)) break;
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

/** In plain HTTP, and by TLS where the port may ask for it: nginx says 400 to plain HTTP then, others hang up. */
async function probePort(target: Target, { authority, isGateway }: PublishedPort, paths: string[]): Promise<Reply[]> {
  const send = isGateway ? target.ask : target.askNow;
  const replies: Reply[] = [];
  for (const scheme of ['http', 'https']) {
    for (const path of paths) {
      const reply = await send({ origin: `${scheme}://${authority}`, path, anyCertificate: true, timeout: TIMEOUT });
      replies.push(reply);
      if (isNotSpoken(reply)) break;
    }
    if (!isNotSpoken(replies.at(-1))) break;
  }
  return replies;
}

const isNotSpoken = (reply: Reply | undefined): boolean => reply?.status === null || reply?.status === 400;

const noStatusPage = (expected: string, found: Reply[]): Expectation =>
  expectation(found.length === 0, expected, found.map(describe).join('; ') || 'none');

const isStatusPage = ({ status, body }: Reply): boolean => status === 200 && STATUS_PAGE.test(body);
const isStubStatus = ({ status, body }: Reply): boolean => status === 200 && STUB_STATUS.test(body);

const describe = (reply: Reply): string => `${reply.exchange.request.url}: ${outcomeOf(reply)}`;

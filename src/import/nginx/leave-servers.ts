import type { Notes } from '../notes.js';
import { inherited, type NginxFacts, type NginxServer } from './gateway-facts.js';
import { named, placeOf, textOfDirective, type Directive } from './parse.js';

const TEMPLATE = 'your own nginx.conf.eta (docs/templates.md)';

/** Tells what the other servers of nginx do: fortress has one. */
export function leaveOtherServers({ servers, prediction }: NginxFacts, notes: Notes): void {
  if (!prediction) return;
  const ours = namesOf(prediction.server);
  for (const server of servers.filter((other) => other !== prediction.server)) {
    if (passesOn(server.block)) leaveServer(server, prediction.server, notes);
    else leaveRedirectedNames(server, ours, notes);
  }
}

function leaveServer(server: NginxServer, ours: NginxServer, notes: Notes): void {
  const listens = named(server.block, 'listen').map(textOfDirective);
  const paths = server.locations.filter(({ block }) => passesOn(block)).map(({ pattern }) => pattern);
  notes.leave(
    `another server: ${[...namesOf(server), ...(listens.length > 0 ? listens : ['listen 80'])].join(', ')}`,
    placeOf(server.directive),
    `the gateway is one server, that of ${placeOf(ours.directive)}; this one has ${paths.slice(0, 8).join(', ')}`,
    `name its hosts in gateway.hosts, its APIs in apis and routes, or write it into ${TEMPLATE}`,
  );
}

function leaveRedirectedNames(server: NginxServer, ours: string[], notes: Notes): void {
  const others = namesOf(server).filter((name) => !ours.includes(name));
  if (others.length === 0 || !redirects(server.block)) return;
  notes.leave(
    `server_name ${others.join(' ')}`,
    placeOf(named(server.block, 'server_name')[0] ?? server.directive),
    'this server only redirects; fortress does that for the hosts that gateway.hosts names',
    'name them there',
  );
}

const namesOf = ({ block }: NginxServer): string[] =>
  named(block, 'server_name')
    .flatMap(({ args }) => args)
    .filter((name) => name !== '_' && name !== '');

const passesOn = (block: readonly Directive[]): boolean =>
  block.some(({ name, block: inner }) => name.endsWith('_pass') || (inner !== null && passesOn(inner)));

const redirects = (block: readonly Directive[]): boolean =>
  block.some(
    ({ name, args, block: inner }) =>
      (name === 'return' && /^30[1278]$/.test(args[0] ?? '')) || (inner !== null && redirects(inner)),
  );

/** Tells which servers of upstreams are only asked when the others are gone. */
export function leaveStandIns({ upstreams }: NginxFacts, notes: Notes): void {
  for (const { directive } of upstreams.values())
    for (const server of named(directive.block ?? [], 'server').filter(({ args }) => args.includes('backup')))
      notes.leave(
        textOfDirective(server),
        placeOf(server),
        'no API of fortress stands by for another one',
        'more replicas of one API stand in for each other',
      );
}

interface Patience {
  seconds: number;
  why: string;
}

/** How long fortress's own configuration waits; see templates/nginx/nginx.conf.eta. */
const PATIENCE: Record<string, Patience> = {
  proxy_connect_timeout: { seconds: 1, why: 'fortress waits 1s for a connection, then asks another replica' },
  proxy_read_timeout: { seconds: 10, why: 'fortress waits 10s for an answer: a slower model gets 504' },
  proxy_send_timeout: { seconds: 60, why: 'fortress waits 60s while it sends a request' },
};

/** Tells where nginx is more patient with APIs than fortress. */
export function leaveTimeouts({ http, prediction }: NginxFacts, notes: Notes): void {
  for (const [name, { seconds, why }] of Object.entries(PATIENCE)) {
    const found = inherited(prediction?.location.scope ?? [http], name);
    if (found && secondsOf(found.args.join(' ')) > seconds)
      notes.leave(textOfDirective(found), placeOf(found), why, `${name} in ${TEMPLATE}`);
  }
}

const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, M: 2_592_000, y: 31_536_000 } as const;

/** `600`, `1m 30s`, `500ms`. */
const secondsOf = (text: string): number =>
  [...text.matchAll(/(?<amount>\d+)(?<unit>ms|[smhdwMy])?/g)].reduce(
    (sum, { groups }) => sum + Number(groups?.['amount']) * UNITS[(groups?.['unit'] ?? 's') as keyof typeof UNITS],
    0,
  );

import { isAddress, isHost } from '../../config/schema.js';
import type { GatewayConfig } from '../../config/types.js';
import { portsOf, type PublishedPort } from '../../grade/compose/service.js';
import { isNamedPort } from '../compose/named-port.js';
import type { ComposeService } from '../compose/read-compose.js';
import { inherited, type NginxServer } from '../nginx/gateway-facts.js';
import { named, placeOf, textOfDirective } from '../nginx/parse.js';
import { deriveCertificate } from './certificate.js';
import type { ImportContext } from './context.js';
import { deriveHsts } from './hsts.js';
import { derivePasswords } from './own-gateway.js';
import { deriveRateLimit } from './rate-limit.js';
import { mebibytesOf } from './size.js';

/** What nginx and its service do, but for the users. */
export function deriveGateway(context: ImportContext): GatewayConfig {
  const names = deriveHosts(context);
  const { tls, hosts } = deriveCertificate(names ?? ['localhost', '127.0.0.1'], context);
  const hsts = deriveHsts(context);
  const allTls = { ...tls, ...(hsts ? { hsts } : {}) };
  const declared = hosts ?? names;
  const rateLimit = deriveRateLimit(context);
  return {
    ...(declared === null ? {} : { hosts: declared }),
    ...derivePorts(context),
    ...deriveBodyLimit(context),
    ...(rateLimit === null ? {} : { rateLimit }),
    ...deriveConnections(context),
    ...derivePasswords(context),
    ...(Object.keys(allTls).length > 0 ? { tls: allTls } : {}),
  };
}

/** null: those that fortress takes without being told. */
function deriveHosts({ nginx, isOurs, notes }: ImportContext): string[] | null {
  const server = nginx.prediction?.server ?? nginx.servers[0];
  const directives = server ? named(server.block, 'server_name') : [];
  const names = directives
    .flatMap(({ args }) => args)
    .filter((name) => name !== '_' && name !== '')
    .map((name) => /^\[(?<address>.*)\]$/.exec(name)?.groups?.['address'] ?? name);
  const hosts = names.filter(isHost);
  const others = names.filter((name) => !hosts.includes(name));
  const [first] = directives;
  if (first && others.length > 0)
    notes.leave(
      `server_name ${others.join(' ')}`,
      placeOf(first),
      'fortress answers for exact names, which are in its certificate',
      'name each host in gateway.hosts',
    );
  if (!first || hosts.length === 0) return null;
  notes.carry('gateway.hosts', `${placeOf(first)}: ${textOfDirective(first)}`);
  const unique = [...new Set(hosts.map((host) => host.toLowerCase()))];
  // Whoever calls this machine by its name calls it by its address, too; fortress names all that it answers for.
  return !isOurs && unique.length === 1 && unique[0] === 'localhost' ? ['localhost', '127.0.0.1'] : unique;
}

/** Ports that are published for what nginx listens on. */
function derivePorts(context: ImportContext): Pick<GatewayConfig, 'bind' | 'httpPort' | 'httpsPort'> {
  const { nginx, roles, notes, compose } = context;
  if (!roles.gateway) return {};
  const published = portsOf(roles.gateway.settings).filter(isNamedPort);
  leaveChosenPorts(roles.gateway, context);
  const where = compose.placeOf('services', roles.gateway.name, 'ports');
  const ours = nginx.prediction ? [nginx.prediction.server] : [];
  const secure =
    published.find(({ target }) => listensOn(ours, target, true)) ??
    published.find(({ target }) => listensOn(nginx.servers, target, true)) ??
    (nginx.servers.length === 0 ? published.find(({ target }) => target === 443) : undefined);
  const plain =
    published.find((port) => port !== secure && listensOn(nginx.servers, port.target, false)) ??
    published.find(({ target }) => target === 80);
  leavePorts(
    published.filter((port) => port !== secure && port !== plain),
    context,
  );
  leavePlain(secure, plain, context);
  const result: Pick<GatewayConfig, 'bind' | 'httpPort' | 'httpsPort'> = {};
  const address = (secure ?? plain)?.address ?? '';
  if (isAddress(address) && !['0.0.0.0', '::'].includes(address)) {
    result.bind = address;
    notes.carry('gateway.bind', `${where}: ${address}`);
  }
  if (plain?.published != null) {
    result.httpPort = plain.published;
    notes.carry('gateway.httpPort', `${where}: ${plain.published}:${plain.target}`);
  }
  if (secure?.published != null) {
    result.httpsPort = secure.published;
    notes.carry('gateway.httpsPort', `${where}: ${secure.published}:${secure.target}`);
  }
  return result;
}

const listensOn = (servers: NginxServer[], port: number, tls: boolean): boolean =>
  servers.some(({ listens }) => listens.some((listen) => listen.port === port && listen.tls === tls));

/** What the engine chooses anew each time cannot be named. */
function leaveChosenPorts(gateway: ComposeService, { notes, compose }: ImportContext): void {
  for (const { target } of portsOf(gateway.settings).filter((port) => !isNamedPort(port)))
    notes.leave(
      `port ${target} of ${gateway.name}, published on any free one`,
      compose.placeOf('services', gateway.name, 'ports'),
      'fortress publishes ports that are named in its configuration',
      'gateway.httpPort, gateway.httpsPort; without them, 80 and 443 (exam: 8080 and 443)',
    );
}

function leavePorts(ports: PublishedPort[], { roles, notes, compose }: ImportContext): void {
  if (ports.length === 0 || !roles.gateway) return;
  notes.leave(
    `ports of ${roles.gateway.name}: ${ports.map(({ published, target }) => `${published}:${target}`).join(', ')}`,
    compose.placeOf('services', roles.gateway.name, 'ports'),
    'the gateway has one port for HTTPS and one that redirects to it',
  );
}

function leavePlain(
  secure: PublishedPort | undefined,
  plain: PublishedPort | undefined,
  { nginx, notes }: ImportContext,
): void {
  const { prediction } = nginx;
  if (!prediction) return;
  const isPlain = !prediction.server.listens.some(({ tls }) => tls);
  if (isPlain)
    notes.leave(
      'predictions over plain HTTP',
      placeOf(prediction.server.directive),
      'passwords and texts would go over the wire as they are; fortress redirects to HTTPS',
      `call the HTTPS port${secure?.published == null ? ' (443 unless gateway.httpsPort says otherwise)' : ''}${plain?.published == null ? '' : ` instead of ${plain.published}`}`,
    );
}

function deriveBodyLimit({ nginx, notes }: ImportContext): Pick<GatewayConfig, 'bodyLimit'> {
  const found = inherited(nginx.prediction?.location.scope ?? [nginx.http], 'client_max_body_size');
  const text = found?.args[0]?.toLowerCase();
  if (!found || text === undefined) return {};
  const exact = mebibytesOf(text);
  const size = exact === null ? null : Math.round(exact);
  notes.carry('gateway.bodyLimit', `${placeOf(found)}: ${textOfDirective(found)}`);
  if (text === '0' || size === null || size > 64) {
    notes.leave(textOfDirective(found), placeOf(found), 'a text to be classified has at most 64 MiB');
    return { bodyLimit: '64m' };
  }
  if (/^\d+[km]?$/.test(text) && (size >= 1 || text.endsWith('k'))) return { bodyLimit: text };
  return { bodyLimit: `${Math.max(1, size * 1024)}k` };
}

function deriveConnections({ nginx, notes }: ImportContext): Pick<GatewayConfig, 'connectionsPerClient'> {
  const limit = inherited(nginx.prediction?.location.scope ?? [nginx.http], 'limit_conn');
  const count = Number(limit?.args[1]);
  if (!limit || !Number.isInteger(count) || count < 1 || count > 65_535) return {};
  notes.carry('gateway.connectionsPerClient', `${placeOf(limit)}: ${textOfDirective(limit)}`);
  return { connectionsPerClient: count };
}

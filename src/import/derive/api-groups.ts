import { API_NAME } from '../../config/schema.js';
import { isMapping, itemsOf, pairsOf, textOf } from '../../grade/compose/document.js';
import { containersOf } from '../../grade/compose/service.js';
import type { ComposeService } from '../compose/read-compose.js';
import { addressOf, type UpstreamServer } from '../nginx/gateway-facts.js';
import { namingOf, portOf } from '../nginx/naming.js';
import { placeOf, textOfDirective, type Directive } from '../nginx/parse.js';
import type { ImportContext } from './context.js';
import { signatureOf } from './same-program.js';

/** Services that are replicas of one API. */
export interface ApiGroup {
  /** Key of `apis`. */
  name: string;
  services: ComposeService[];
  /** That nginx passes to, and where it says so; null: it names none. */
  port: { number: number; from: string } | null;
  replicas: number;
}

/** What an address that nginx passes to leads to, by the share of the requests that each group gets. */
interface Destination {
  shares: { group: ApiGroup; weight: number }[];
}

export interface ApiGroups {
  all: ApiGroup[];
  /** null: no service of the compose file is meant, or none that is run. */
  destinationOf(address: string): Destination | null;
  /** The group of a service, a new one where it has none. */
  groupOf(service: ComposeService): ApiGroup;
}

/** More are refused by the configuration. */
const MOST_REPLICAS = 20;
const MOST_GROUPS = 12;

export function createApiGroups(context: ImportContext): ApiGroups {
  const all: ApiGroup[] = [];
  const tooMany: ApiGroup[] = [];

  function groupFor(services: ComposeService[], port: ApiGroup['port']): ApiGroup {
    const existing = [...all, ...tooMany].find((group) => group.services.some((service) => services.includes(service)));
    if (existing) {
      const added = services.filter((service) => !existing.services.includes(service));
      existing.services.push(...added);
      existing.replicas = Math.min(MOST_REPLICAS, existing.replicas + replicasOf(added, context));
      existing.port ??= port;
      return existing;
    }
    const group = {
      name: ownName(services, context) ?? nameFor(services, all),
      services,
      port,
      replicas: replicasOf(services, context),
    };
    if (group.replicas > MOST_REPLICAS) {
      context.notes.leave(
        `${group.replicas} replicas of ${group.name}`,
        placeIn(context, services[0]),
        `at most ${MOST_REPLICAS} are run`,
      );
      group.replicas = MOST_REPLICAS;
    }
    if (all.length < MOST_GROUPS) all.push(group);
    else {
      tooMany.push(group);
      context.notes.leave(
        `the API ${group.name}`,
        placeIn(context, services[0]),
        `at most ${MOST_GROUPS} APIs are run`,
      );
    }
    return group;
  }

  function destinationOf(address: string): Destination | null {
    const servers = serversOf(address, context);
    const found = servers.flatMap(({ host, port, weight }) => {
      const service = serviceOf(host, context);
      return service ? [{ service, port, weight: weight * containers(service, context) }] : [];
    });
    leaveUnknown(address, servers, context);
    const signed = (service: ComposeService): string => signatureOf(service, context.compose);
    const signatures = [...new Set(found.map(({ service }) => signed(service)))];
    const kinds = signatures.map((signature) => found.filter(({ service }) => signed(service) === signature));
    const shares = kinds.map((members) => ({
      group: groupFor([...new Set(members.map(({ service }) => service))], members[0]?.port ?? null),
      weight: members.reduce((sum, { weight }) => sum + weight, 0),
    }));
    const run = shares.filter(({ group }) => all.includes(group));
    return run.length === 0 ? null : { shares: run };
  }

  return { all, destinationOf, groupOf: (service) => groupFor([service], portNamed(service, context)) };
}

type AddressedServer = Pick<UpstreamServer, 'host' | 'weight'> & Pick<ApiGroup, 'port'>;

const portAt = (port: number | null, from: Directive | undefined): ApiGroup['port'] =>
  port === null || from === undefined ? null : { number: port, from: `${placeOf(from)}: ${textOfDirective(from)}` };

/** The port at which nginx names a service, in a place from which it is not told when it is asked. */
function portNamed(service: ComposeService, { nginx }: ImportContext): ApiGroup['port'] {
  const naming = namingOf(namesOf(service), nginx.http);
  if (naming === null) return null;
  const found = [naming, nginx.prediction?.pass]
    .flatMap((from) => (from?.args ?? []).map((address) => portAt(portOf(address), from)))
    .find((port) => port !== null);
  return found ?? null;
}

/** The servers behind an address as it stands in `proxy_pass`. */
function serversOf(address: string, { nginx }: ImportContext): AddressedServer[] {
  const [, host = address] = /^(?:\w+:\/\/)?([^/]*)/.exec(address) ?? [];
  const upstream = nginx.upstreams.get(host);
  if (upstream) return upstream.servers.map(({ port, from, ...server }) => ({ ...server, port: portAt(port, from) }));
  const { host: name, port } = addressOf(host);
  return name === '' ? [] : [{ host: name, port: portAt(port, nginx.prediction?.pass), weight: 1 }];
}

function leaveUnknown(address: string, servers: Pick<UpstreamServer, 'host'>[], context: ImportContext): void {
  const { nginx, notes, compose } = context;
  const unknown = servers.filter(({ host }) => serviceOf(host, context) === null).map(({ host }) => host);
  if (unknown.length === 0 || notes.left.some(({ what }) => what === `the server ${unknown.join(', ')}`)) return;
  const upstream = nginx.upstreams.get(address.replace(/^\w+:\/\//, '').replace(/\/.*$/s, ''));
  const where = upstream ?? nginx.prediction?.pass;
  notes.leave(
    `the server ${unknown.join(', ')}`,
    where === undefined ? compose.file : placeOf('directive' in where ? where.directive : where),
    `${compose.file} has no service of that name`,
    'fortress only passes requests to APIs that it runs itself: name its image or its Dockerfile in apis',
  );
}

/** By its name, that of its container or host, or one that it has in a network. */
function serviceOf(host: string, { roles }: ImportContext): ComposeService | null {
  const wanted = host.toLowerCase();
  const { others } = roles;
  return (
    others.find((service) => namesOf(service).includes(wanted)) ??
    others.find(({ name }) => new RegExp(String.raw`[-_]${name.replaceAll(/[^\w-]/g, '.')}[-_]\d+$`, 'i').test(host)) ??
    null
  );
}

/** By what others in its networks may call a service, in small letters; addresses too. Pure. */
export function namesOf({ name, settings }: ComposeService): string[] {
  const networks = isMapping(settings['networks']) ? Object.values(settings['networks']) : [];
  const aliases = networks.flatMap((network) =>
    isMapping(network) ? [...itemsOf(network['aliases']), network['ipv4_address']].map(textOf) : [],
  );
  return [name, textOf(settings['container_name']), textOf(settings['hostname']), ...aliases]
    .filter((text) => text !== '')
    .map((text) => text.toLowerCase());
}

const replicasOf = (services: ComposeService[], context: ImportContext): number =>
  services.reduce((sum, service) => sum + containers(service, context), 0);

/** As the compose file says, or the command line that starts the project: `--scale api-v1=3`. */
function containers({ name, settings }: ComposeService, { files }: ImportContext): number {
  const declared = containersOf(settings);
  if (declared > 1) return Math.trunc(declared);
  const commands = [...files.texts].filter(([file]) => /(?:^|\/)makefile$|\.sh$/i.test(file)).map(([, text]) => text);
  const scaled = commands.flatMap((text) =>
    [...text.matchAll(/--scale[ =]+(?<service>[\w.-]+)=(?<count>\d{1,3})\b/g)].flatMap(({ groups }) =>
      groups?.['service'] === name ? [Number(groups['count'])] : [],
    ),
  );
  return Math.max(1, scaled[0] ?? 1);
}

/** What fortress called the API that it wrote the service for; null: it did not. */
function ownName([service]: ComposeService[], { isOurs }: ImportContext): string | null {
  const name = isOurs && service ? pairsOf(service.settings['environment'])['API_VERSION'] : undefined;
  return name !== undefined && API_NAME.test(name) ? name : null;
}

/** `coherent_text-api-v2` → `v2`; what has no such number keeps its name, as far as names may go. */
function nameFor(services: ComposeService[], taken: readonly ApiGroup[]): string {
  const written = services[0]?.name.toLowerCase() ?? 'api';
  const version = /(?:^|[^a-z0-9])(?<version>v\d{1,3})(?![a-z0-9])/.exec(written)?.groups?.['version'];
  const plain =
    written
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 20)
      .replaceAll(/^-+|-+$/g, '') || 'api';
  const isTaken = (name: string): boolean => taken.some((group) => group.name === name);
  const wanted = version ?? plain;
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const next = `${plain.slice(0, 18)}-${number}`;
    if (!isTaken(next)) return next;
  }
}

const placeIn = ({ compose }: ImportContext, service: ComposeService | undefined): string =>
  service ? compose.placeOf('services', service.name) : compose.file;

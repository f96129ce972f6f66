import type { Notes } from '../notes.js';
import type { Branches } from './branches.js';
import { lastOf, named, type Directive } from './parse.js';
import { createVariables, type Variables } from './variables.js';

/** A server of nginx: what it listens on, and what it does. */
export interface NginxServer {
  directive: Directive;
  block: Directive[];
  listens: { port: number; tls: boolean }[];
  /** Of all depths. */
  locations: NginxLocation[];
}

export interface NginxLocation {
  directive: Directive;
  /** `= /predict`, `/`, `~ ^/v\d`; `''` for the server itself. */
  pattern: string;
  block: Directive[];
  /** What surrounds it, the innermost first, itself included: as directives are inherited. */
  scope: Directive[][];
}

/** A server that a request may be passed to. */
export interface UpstreamServer {
  host: string;
  port: number | null;
  weight: number;
  from: Directive;
}

/** What an nginx configuration says of a gateway. */
export interface NginxFacts {
  http: Directive[];
  servers: NginxServer[];
  upstreams: Map<string, { servers: UpstreamServer[]; directive: Directive }>;
  /** Where predictions are asked for; null: nothing is passed on. */
  prediction: { server: NginxServer; location: NginxLocation; branches: Branches | null; pass: Directive } | null;
}

/** Reads what the directives say. @param directives of all files, includes filled in */
export function readNginxFacts(directives: readonly Directive[], notes: Notes): NginxFacts {
  // A file of conf.d is the inside of `http`, and is at times all that a project has.
  const http = [
    ...named(directives, 'http').flatMap(({ block }) => block ?? []),
    ...directives.filter(({ name }) => name !== 'http'),
  ];
  const servers = named(http, 'server').map((directive) => serverOf(directive, http));
  const upstreams = new Map(
    named(http, 'upstream').map((directive) => [directive.args[0] ?? '', upstreamOf(directive)]),
  );
  return { http, servers, upstreams, prediction: predictionOf(servers, createVariables(http, notes)) };
}

function serverOf(directive: Directive, http: Directive[]): NginxServer {
  const block = directive.block ?? [];
  const listens = named(block, 'listen').flatMap(({ args }) => listenOf(args, lastOf(block, 'ssl')?.args[0] === 'on'));
  return {
    directive,
    block,
    listens: listens.length === 0 ? [{ port: 80, tls: false }] : listens,
    locations: locationsIn(block, [block, http]),
  };
}

function listenOf([address = '', ...options]: string[], allTls: boolean): NginxServer['listens'] {
  const port = Number(
    /(?:^|:)(?<port>\d+)$/.exec(address)?.groups?.['port'] ?? (address.startsWith('unix:') ? Number.NaN : 80),
  );
  return Number.isInteger(port) ? [{ port, tls: allTls || options.includes('ssl') || options.includes('quic') }] : [];
}

const locationsIn = (block: Directive[], scope: Directive[][]): NginxLocation[] =>
  named(block, 'location').flatMap((directive) => {
    const inner = directive.block ?? [];
    const around = [inner, ...scope];
    return [
      { directive, pattern: directive.args.join(' '), block: inner, scope: around },
      ...locationsIn(inner, around),
    ];
  });

function upstreamOf(directive: Directive): { servers: UpstreamServer[]; directive: Directive } {
  const servers = named(directive.block ?? [], 'server').flatMap((from) => {
    const [address = '', ...options] = from.args;
    if (options.includes('down') || options.includes('backup')) return [];
    const weight = Number(options.find((option) => option.startsWith('weight='))?.slice('weight='.length) ?? 1);
    return [{ ...addressOf(address), weight: Number.isInteger(weight) && weight > 0 ? weight : 1, from }];
  });
  return { servers, directive };
}

/** `api-v1:8000` */
export function addressOf(address: string): { host: string; port: number | null } {
  const { host = address, port } = /^(?<host>.*?)(?::(?<port>\d{1,5}))?$/.exec(address)?.groups ?? {};
  return { host, port: port === undefined ? null : Number(port) };
}

function predictionOf(servers: NginxServer[], variables: Variables): NginxFacts['prediction'] {
  const all = servers.flatMap((server) => server.locations.map((location) => ({ server, location })));
  const candidates = all
    .map((place) => ({ ...place, pass: passOf(place.location) }))
    .filter((place) => place.pass !== null)
    .toSorted((a, b) => fit(b) - fit(a));
  const [best] = candidates;
  if (!best?.pass) return null;
  const { server, location, pass } = best;
  return { server, location, pass, branches: branchesOf(location, server, pass, variables) };
}

const passOf = ({ block }: NginxLocation): Directive | null => lastOf(block, 'proxy_pass') ?? null;

/** How likely predictions are asked for there. TLS counts more than the path: plain HTTP only redirects. */
function fit({ server, location: { pattern } }: { server: NginxServer; location: NginxLocation }): number {
  const tls = server.listens.some((listen) => listen.tls) ? 100 : 0;
  if (pattern === '= /predict') return tls + 50;
  if (/^(?:\^~ )?\/predict\/?$/.test(pattern)) return tls + 40;
  if (pattern.startsWith('~') && pattern.includes('predict')) return tls + 30;
  if (pattern === '/') return tls + 20;
  return tls + (pattern.includes('predict') ? 25 : pattern.startsWith('@') ? 1 : 10);
}

function branchesOf(
  location: NginxLocation,
  server: NginxServer,
  pass: Directive,
  variables: Variables,
): Branches | null {
  const usual = variables.branchesOf(pass.args[0] ?? '', location.scope);
  if (usual === null) return null;
  const rules = [location.block, server.block].flatMap((block) =>
    named(block, 'if').flatMap((condition) => {
      const target = targetOfIf(condition, location, server);
      const result = target === null ? null : variables.branchesOf(target, location.scope);
      return result ? variables.rulesOfIf(condition, result.otherwise) : [];
    }),
  );
  return { ...usual, rules: [...rules, ...usual.rules] };
}

/** `if (…) { proxy_pass …; }`, or `if (…) { return 418; }` with an `error_page 418 = @debug` that passes it on. */
function targetOfIf(condition: Directive, { scope }: NginxLocation, server: NginxServer): string | null {
  const block = condition.block ?? [];
  const pass = lastOf(block, 'proxy_pass')?.args[0];
  if (pass !== undefined) return pass;
  const code = lastOf(block, 'return')?.args[0];
  const page = scope
    .flatMap((around) => named(around, 'error_page'))
    .find(({ args }) => code !== undefined && args.includes(code));
  const name = page?.args.at(-1);
  const location = name?.startsWith('@') ? server.locations.find(({ pattern }) => pattern === name) : undefined;
  return (location && passOf(location)?.args[0]) ?? null;
}

/** A directive as it holds in a place: the innermost block that has it. */
export function inherited(scope: readonly Directive[][], name: string): Directive | undefined {
  for (const block of scope) {
    const found = lastOf(block, name);
    if (found) return found;
  }
  return undefined;
}

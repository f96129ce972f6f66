import type { Notes } from '../notes.js';
import type { NginxFacts } from './gateway-facts.js';
import { conditionOf } from './variables.js';
import { hostOf } from './naming.js';
import { named, placeOf, type Directive } from './parse.js';

/**
 * Directives that are read, or that fortress's own configuration has a value for that does the same job: workers,
 * logs, the headers that an API is told, connections to replicas, the kind of TLS.
 */
const SEEN_TO = new RegExp(
  `^(?:${[
    'events|http|server|upstream|location|map|split_clients|if|set|listen|server_name|include|default_type|types|break|internal',
    'user|pid|error_log|access_log|log_format|log_not_found|worker_\\w+|use|multi_accept|daemon|load_module|pcre_jit|thread_pool',
    'sendfile\\w*|tcp_\\w+|keepalive\\w*|reset_timedout_connection|send_timeout|client_(?:header|body)_\\w+|large_client_header_buffers',
    'server_tokens|\\w+_hash_(?:max|bucket)_size|variables_hash_\\w+|open_file_cache\\w*|client_max_body_size|charset',
    'ssl|ssl_(?:certificate|certificate_key|protocols|ciphers|prefer_server_ciphers|session_\\w+|ecdh_curve|dhparam|buffer_size|conf_command)',
    'http2|http2_\\w+|auth_basic|auth_basic_user_file|limit_req|limit_req_\\w+|limit_conn|limit_conn_\\w+|stub_status',
    'proxy_pass|proxy_set_header|proxy_http_version|proxy_\\w*timeout|proxy_next_upstream\\w*|proxy_buffer\\w*|proxy_busy_buffers_size',
    'proxy_redirect|proxy_temp\\w*|proxy_max_temp_file_size|proxy_request_buffering|proxy_pass_\\w+|resolver|resolver_timeout',
    'zone|least_conn|random|hash|ip_hash|return|error_page|allow|deny|fastcgi_temp_path|uwsgi_temp_path|scgi_temp_path',
  ].join('|')})$`,
);

interface Group {
  pattern: RegExp;
  what: string;
  why: string;
  hint?: string;
}

/** Why what is not seen to is left out, the first that fits. */
const GROUPS: Group[] = [
  { pattern: /^gzip|^brotli|^zstd/, what: 'compression', why: 'answers of a few hundred bytes gain nothing from it' },
  {
    pattern: /lua|^js_|^perl/,
    what: 'programs in nginx',
    why: 'a program cannot be carried over',
    hint: 'put what it does into the API, or into your own nginx.conf.eta (docs/templates.md)',
  },
  {
    pattern: /^quic|^http3|^ssl_early_data|^add_header_alt/,
    what: 'HTTP/3',
    why: 'fortress speaks HTTP/1.1 and HTTP/2 over TLS',
  },
  {
    pattern: /^(?:ssl_client|ssl_verify|ssl_trusted|ssl_crl|ssl_stapling|ssl_ocsp)/,
    what: 'client certificates and OCSP',
    why: 'clients show who they are by a password',
  },
  {
    pattern: /^(?:auth_request|auth_jwt|satisfy|auth_delay|access_by)/,
    what: 'other ways to let clients in',
    why: 'clients show who they are by a user name and a password',
    hint: 'name them in gateway.users',
  },
  {
    pattern: /^(?:proxy_cache|fastcgi_cache|slice|expires|etag|if_modified_since)/,
    what: 'caches',
    why: 'a prediction is asked of the API each time',
  },
  {
    pattern: /^(?:real_ip_|set_real_ip_from)/,
    what: 'addresses behind a proxy',
    why: 'the client is whoever connects; behind a proxy all clients would have one address and one rate limit',
    hint: 'set_real_ip_from and real_ip_header in your own nginx.conf.eta (docs/templates.md)',
  },
  {
    pattern: /^(?:root|alias|index|try_files|autoindex)/,
    what: 'files that nginx serves',
    why: 'fortress serves predictions and the documentation of the API',
    hint: 'serve pages from a container of their own',
  },
  {
    pattern: /^(?:fastcgi_|uwsgi_|scgi_|grpc_|memcached_)/,
    what: 'other protocols to the API',
    why: 'APIs are asked over HTTP',
  },
  {
    pattern: /^(?:add_header|more_set_headers|proxy_hide_header|proxy_ignore_headers)/,
    what: 'headers of answers',
    why: 'fortress sets those that are of use to an API (nosniff, Referrer-Policy, X-Request-Id; gateway.tls.hsts)',
    hint: 'add yours in your own nginx.conf.eta (docs/templates.md)',
  },
  {
    pattern: /^(?:rewrite|sub_filter|mirror|geo|geoip|upstream_conf)/,
    what: 'rewritten requests',
    why: 'the API gets /predict as it was asked',
    hint: 'your own nginx.conf.eta (docs/templates.md)',
  },
  { pattern: /^(?:stream|mail)$/, what: 'other servers than HTTP', why: 'the gateway is one for HTTP' },
];
const OTHERS: Omit<Group, 'pattern'> = {
  what: 'other directives',
  why: 'there is no key for them in fortress.config.ts',
  hint: 'your own nginx.conf.eta (docs/templates.md), if they are needed',
};

/** More places say nothing more. */
const MOST_PLACES = 5;

/** Tells what the directives do that fortress does not, a line for each kind of thing. */
export function leaveDirectives(directives: readonly Directive[], notes: Notes): void {
  const found = new Map<Omit<Group, 'pattern'>, Directive[]>();
  for (const directive of walk(directives, caughtIn(directives))) {
    const group = GROUPS.find(({ pattern }) => pattern.test(directive.name)) ?? OTHERS;
    found.set(group, [...(found.get(group) ?? []), directive]);
  }
  for (const [group, members] of found) leaveGroup(group, members, notes);
}

function leaveGroup({ what, why, hint }: Omit<Group, 'pattern'>, members: Directive[], notes: Notes): void {
  const names = [...new Set(members.map(subjectOf))];
  const shown = names.slice(0, MOST_PLACES).join(', ');
  const places = members.map(placeOf);
  const rest = places.length - MOST_PLACES;
  notes.leave(
    `${what}: ${shown}${names.length > MOST_PLACES ? ` and ${names.length - MOST_PLACES} more` : ''}`,
    [...places.slice(0, MOST_PLACES), ...(rest > 0 ? [`${rest} more`] : [])],
    why,
    hint,
  );
}

/** Of a header its name says more than `add_header`. */
const subjectOf = ({ name, args }: Directive): string => (/header/.test(name) ? `${name} ${args[0] ?? ''}` : name);

/** Statuses that an error page passes on to an API: how some say where a header leads. */
const caughtIn = (block: readonly Directive[]): string[] =>
  block.flatMap(({ name, args, block: inner }) =>
    name === 'error_page' && args.at(-1)?.startsWith('@') ? args.slice(0, -1) : caughtIn(inner ?? []),
  );

/** Whether an `if` is about something else than where a header leads, or answers the request itself. */
const isOfItsOwn = (condition: Directive, caught: readonly string[]): boolean => {
  const code = named(condition.block ?? [], 'return')[0]?.args[0];
  return conditionOf(condition) === null || (code !== undefined && !caught.includes(code));
};

function walk(block: readonly Directive[], caught: readonly string[]): Directive[] {
  return block.flatMap((directive) => {
    const { name, args } = directive;
    // The lines of a map are values, not directives.
    if (['map', 'split_clients', 'types', 'geo'].includes(name)) return name === 'geo' ? [directive] : [];
    if (
      name === 'add_header' &&
      /^(?:strict-transport-security|x-content-type-options|referrer-policy|x-request-id|retry-after)$/i.test(
        args[0] ?? '',
      )
    )
      return [];
    if (name === 'if' && isOfItsOwn(directive, caught)) return [directive];
    if (!SEEN_TO.test(name)) return [directive];
    return directive.block ? walk(directive.block, caught) : [];
  });
}

type Prediction = NonNullable<NginxFacts['prediction']>;

/** Paths that the gateway of fortress passes on, beside that of predictions. */
const KEPT = /^(?:=\s*|\^~\s*)?\/(?:predict|docs|openapi\.json|v2)\/?$/;

/** Tells which paths lead nowhere any more, and in what others the one for predictions differs. */
export function leaveLocations({ servers, prediction }: NginxFacts, notes: Notes): void {
  const lost = servers
    .flatMap(({ locations }) => locations)
    .filter((location) => location !== prediction?.location && isLost(location));
  if (lost.length > 0)
    notes.leave(
      `paths: ${lost
        .map(({ pattern }) => pattern)
        .slice(0, 12)
        .join(', ')}${lost.length > 12 ? ' …' : ''}`,
      lost.slice(0, MOST_PLACES).map(({ directive }) => placeOf(directive)),
      'the gateway passes on /predict, /v2/…, /docs and /openapi.json, each with a password, and answers 404 to all else',
      'another path needs your own nginx.conf.eta (docs/templates.md)',
    );
  if (!prediction) return;
  leavePredictionPath(prediction, notes);
  leaveElsewhere(prediction, notes);
}

/** Tells which of the paths that are kept lead to others than predictions do. */
function leaveElsewhere({ server, location, pass, branches }: Prediction, notes: Notes): void {
  const results = [...(branches?.rules ?? []), ...(branches?.weights ?? [])].map(({ result }) => result);
  const known = [pass.args[0] ?? '', branches?.otherwise ?? '', ...results].map(hostOf);
  const elsewhere = server.locations.flatMap((other) => {
    const to = hostOf(named(other.block, 'proxy_pass').at(-1)?.args[0] ?? '');
    const isKept = other !== location && KEPT.test(other.pattern) && to !== '' && !known.includes(to);
    return isKept ? [{ ...other, to }] : [];
  });
  if (elsewhere.length > 0)
    notes.leave(
      `paths that lead elsewhere: ${elsewhere.map(({ pattern, to }) => `${pattern} to ${to}`).join(', ')}`,
      elsewhere.slice(0, MOST_PLACES).map(({ directive }) => placeOf(directive)),
      'the gateway passes on /predict, /v2/…, /docs and /openapi.json to the APIs that routes name',
      'let a header lead there (routes), or write it into your own nginx.conf.eta (docs/templates.md)',
    );
}

/** Redirects, the status page and pages for errors are there with fortress, too. */
function isLost({ pattern, block }: NginxFacts['servers'][number]['locations'][number]): boolean {
  const names = block.map(({ name }) => name);
  if (names.includes('stub_status') || names.includes('internal') || pattern.startsWith('@') || KEPT.test(pattern))
    return false;
  const code = block.find(({ name }) => name === 'return')?.args[0] ?? '';
  return !/^(?:30[1278]|4\d\d|https?:)/.test(code) && !(names.includes('deny') && !names.includes('proxy_pass'));
}

function leavePredictionPath({ location, pass }: Prediction, notes: Notes): void {
  const rest = /^\w+:\/\/[^/]+(?<path>\/.*)$/.exec(pass.args[0] ?? '')?.groups?.['path'];
  const { pattern } = location;
  const isPlain = !pattern.startsWith('~') && !pattern.startsWith('@');
  const prefix = pattern.replace(/^(?:=|\^~)\s*/, '');
  if (rest !== undefined && isPlain && !rest.includes('$') && rest !== prefix)
    notes.leave(
      `proxy_pass ${pass.args[0]} turns ${prefix} into ${rest}`,
      placeOf(pass),
      'the API gets the path that the client asks for: /predict',
      'let the API answer at /predict',
    );
  if (!/predict/.test(pattern) && prefix !== '/')
    notes.leave(
      `predictions at ${pattern}`,
      placeOf(location.directive),
      'the gateway passes on /predict',
      'ask there, and let the API answer there',
    );
}

/** Things of the servers that are told once each. */
export function leaveServers({ http, servers, prediction }: NginxFacts, notes: Notes): void {
  for (const { directive, block } of servers.filter((server) => server.listens.some(({ tls }) => tls))) {
    const protocols = [...block, ...http].find(({ name }) => name === 'ssl_protocols');
    const old = protocols?.args.filter((version) => !['TLSv1.2', 'TLSv1.3'].includes(version)) ?? [];
    if (old.length > 0)
      notes.leave(old.join(', '), placeOf(protocols ?? directive), 'these are broken; fortress speaks TLS 1.2 and 1.3');
  }
  const rules =
    prediction?.location.scope
      .flat()
      .filter(({ name, args }) => (name === 'allow' || name === 'deny') && args[0] !== 'all') ?? [];
  if (rules.length > 0)
    notes.leave(
      `addresses that may call: ${rules
        .map(({ name, args }) => `${name} ${args[0]}`)
        .slice(0, 5)
        .join(', ')}`,
      rules.slice(0, MOST_PLACES).map(placeOf),
      'whoever has the password may call, from any address',
      'gateway.bind, or your own nginx.conf.eta (docs/templates.md)',
    );
}

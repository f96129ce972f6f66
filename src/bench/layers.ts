import type { ResolvedConfig } from '../config/resolved.js';
import { formatNginx, parseNginx, rewrite, type Directive } from '../nginx/tree.js';

export type LayerName = 'direct' | 'nginx' | 'tls' | 'auth' | 'limit';

/** A way to the APIs; each has what the one before has, and one thing more. */
export interface Layer {
  name: LayerName;
  title: string;
  /** Its gateway's nginx.conf, from that of the whole stack; null: it has no gateway. */
  configure: ((configuration: string) => string) | null;
  tls: boolean;
}

type Edit = (directives: Directive[]) => Directive[];

/** The layers of a configuration, from the bare API to the whole. Pure. */
export function layersOf({ gateway }: ResolvedConfig): Layer[] {
  const limited = gateway.rateLimit !== null;
  return [
    { name: 'direct', title: 'API direct', configure: null, tls: false },
    { name: 'nginx', title: '+ nginx', configure: edited(withoutLimit, withoutAuth, withoutTls), tls: false },
    { name: 'tls', title: '+ TLS', configure: edited(withoutLimit, withoutAuth), tls: true },
    { name: 'auth', title: '+ auth', configure: limited ? edited(withoutLimit) : edited(), tls: true },
    ...(limited ? [{ name: 'limit', title: '+ limit', configure: edited(), tls: true } as const] : []),
  ];
}

/** What stays of limits is set so high that one client cannot meet them: its own rate is no capacity. */
const edited =
  (...edits: Edit[]) =>
  (configuration: string): string =>
    formatNginx(edits.reduce((tree, edit) => edit(tree), raiseLimits(parseNginx(configuration))));

const HIGH_RATE = 'rate=100000r/s';
const HIGH_BURST = 'burst=100000';
const MOST_CONNECTIONS = '65535';

const raiseLimits: Edit = (directives) =>
  rewrite(directives, (directive) => {
    const { words } = directive;
    if (words[0] === 'limit_req_zone') return [{ ...directive, words: words.map(raised(/^rate=/, HIGH_RATE)) }];
    if (words[0] === 'limit_conn') return [{ ...directive, words: [...words.slice(0, -1), MOST_CONNECTIONS] }];
    if (words[0] !== 'limit_req') return [directive];
    const others = words.filter((word) => !/^(burst|delay)=|^nodelay$/.test(word));
    return [{ ...directive, words: [...others, HIGH_BURST, 'nodelay'] }];
  });

const raised =
  (pattern: RegExp, high: string) =>
  (word: string): string =>
    pattern.test(word) ? high : word;

const without =
  (names: string[]): Edit =>
  (directives) =>
    rewrite(directives, (directive) => (names.includes(directive.words[0] ?? '') ? [] : [directive]));

const withoutLimit = without(['limit_req', 'limit_conn']);

const AUTH = ['auth_basic', 'auth_basic_user_file', 'auth_delay', 'auth_request'];

/** For whoever comes by TLS; an inner server that checks passwords stays, and is not asked. */
const withoutAuth: Edit = (directives) =>
  rewrite(directives, (directive) =>
    isTlsServer(directive) && directive.block
      ? [{ ...directive, block: rewrite(without(AUTH)(directive.block), emptied) }]
      : [directive],
  );

/** What the check would have told must still have a name, or nginx refuses those who mention it. */
const emptied = (directive: Directive): Directive[] =>
  directive.words[0] === 'auth_request_set'
    ? [{ ...directive, words: ['set', directive.words[1] ?? '', '""'] }]
    : [directive];

const isTlsServer = ({ words, block }: Directive): boolean =>
  words[0] === 'server' &&
  block !== null &&
  block.some((inner) => inner.words[0] === 'listen' && inner.words.includes('ssl'));

const withoutTls: Edit = (directives) =>
  rewrite(directives, (directive) =>
    directive.words[0] === 'listen'
      ? [{ ...directive, words: directive.words.filter((word) => word !== 'ssl') }]
      : [directive],
  );

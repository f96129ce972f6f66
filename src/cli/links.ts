import { relative } from 'node:path';
import type { ResolvedConfig, ResolvedUser } from '../config/resolved.js';
import { passwordsPath, trustedFile } from '../credentials/store.js';
import { urlsOf, type StackUrls } from './urls.js';

/** What a person needs to use the stack. */
export interface Links {
  urls: StackUrls;
  /** The CA certificate that clients trust. */
  ca: string;
  /** Where the random passwords are; null when the configuration gives all. */
  passwords: string | null;
  /** A request that works when it is pasted into a shell in this folder. */
  curl: string;
}

/** @param grafana whether Grafana could be had here: its link would lead nowhere otherwise */
export function linksOf(config: ResolvedConfig, { grafana }: { grafana: boolean }): Links {
  const { gateway, monitoring, stateDir } = config;
  const urls = urlsOf(config);
  const ca = trustedFile(gateway.tls, stateDir);
  const random = gateway.users.some(({ password }) => password === null) || monitoring?.grafana?.password === null;
  return {
    urls: { ...urls, grafana: grafana ? urls.grafana : null },
    ca,
    passwords: random ? passwordsPath(stateDir) : null,
    curl: [
      `curl --cacert ${quote(here(ca))} --user ${login(config)}`,
      `-H 'Content-Type: application/json'`,
      `-d '{"sentence": "Oh yeah, that was soooo cool!"}' ${urls.predict}`,
    ].join(' \\\n  '),
  };
}

const here = (path: string): string => relative(process.cwd(), path);

/**
 * A line that people paste, share and keep in their history must not hold a secret: a random
 * password is read from its file, a chosen one is asked for by curl; the exam's is no secret.
 */
function login({ gateway: { users }, preset, stateDir }: ResolvedConfig): string {
  const user: ResolvedUser = users[0] ?? { name: 'admin', password: null };
  if (user.password === null)
    return `"${user.name}:$(node -p 'require("./${here(passwordsPath(stateDir))}").users["${user.name}"]')"`;
  return quote(preset === 'exam' && user.password === 'admin' ? `${user.name}:${user.password}` : user.name);
}

const quote = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The links as lines for people. */
export function formatLinks({ urls, ca, passwords, curl }: Links): string {
  const rows: [string, string | null][] = [
    ['API', urls.predict],
    ['HTTP', `${urls.http} (redirects)`],
    ['Prometheus', urls.prometheus],
    ['Grafana', urls.grafana],
    ['Exporter', urls.exporter],
    ['CA', here(ca)],
    ['Passwords', passwords && here(passwords)],
  ];
  const lines = rows.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(11)} ${value}`]));
  return [...lines, '', 'Try it:', curl].join('\n');
}

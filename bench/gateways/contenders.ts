import { FILES_CURRENT } from '../../src/stack/stack.js';
import { hashPassword } from '../../src/credentials/htpasswd.js';
import { NGINX } from './backend.js';
import { caddyConfiguration } from './caddy.js';
import { renderGateway, userOf, type Project } from './fortress-gateway.js';
import { haproxyConfiguration, type Materials } from './haproxy.js';
import { BASIC_AUTH_FILE, unchanged, withBasicAuth, withoutPasswords } from './nginx-variants.js';
import { file, type Actor } from './stage.js';

/** A gateway that is compared. */
export interface Contender {
  /** Also how the client calls it. */
  name: string;
  title: string;
  /** It asks for a password. */
  guarded: boolean;
}

export const CONTENDERS = [
  { name: 'fortress', title: 'fortress', guarded: true },
  { name: 'open', title: 'fortress without passwords', guarded: false },
  { name: 'apr1', title: 'nginx, auth_basic with apr1', guarded: true },
  { name: 'haproxy', title: 'HAProxy, sha512-crypt', guarded: true },
  { name: 'caddy', title: 'Caddy, bcrypt-5', guarded: true },
  { name: 'caddy-cache', title: 'Caddy, bcrypt-5, hash_cache', guarded: true },
] as const satisfies Contender[];

export type ContenderName = (typeof CONTENDERS)[number]['name'];

/** Everything that the gateways have in common. */
export interface Setting {
  project: Project;
  /** `10.0.0.2`, by name of the API. */
  backends: { v1: string; v2: string };
  /** Port of the backends. */
  port: number;
  /** Of the user's password. */
  bcrypt: string;
}

/** The nginx of a project, its configuration changed. */
export const nginx = (
  name: string,
  { project, backends }: Pick<Setting, 'project' | 'backends'>,
  change = unchanged,
): Actor => ({
  name,
  command: NGINX,
  files: renderGateway(project, backends).map((rendered) =>
    rendered.path === 'nginx.conf' ? file(rendered.path, change(String(rendered.content))) : rendered,
  ),
});

/** What plays the part of each contender. */
export function actorsOf(setting: Setting): Record<ContenderName, Actor> {
  const { project, bcrypt } = setting;
  const { name, password, sha512Crypt } = userOf(project);
  const tutorial = nginx('apr1', setting, withBasicAuth);
  return {
    fortress: nginx('fortress', setting),
    open: nginx('open', setting, withoutPasswords),
    apr1: {
      ...tutorial,
      files: [...tutorial.files, file(BASIC_AUTH_FILE, `${name}:${hashPassword(password, 'apr1')}\n`)],
    },
    haproxy: haproxy(setting, materialsOf(setting, sha512Crypt)),
    caddy: caddy('caddy', setting, caddyConfiguration(materialsOf(setting, bcrypt), false)),
    'caddy-cache': caddy('caddy-cache', setting, caddyConfiguration(materialsOf(setting, bcrypt), true)),
  };
}

const CERTIFICATE = 'server.crt';
const KEY = 'server.key';
const BUNDLE = 'server.pem';

const materialsOf = ({ project, backends, port }: Setting, hash: string): Materials => ({
  certificate: `${FILES_CURRENT}/${CERTIFICATE}`,
  key: `${FILES_CURRENT}/${KEY}`,
  bundle: `${FILES_CURRENT}/${BUNDLE}`,
  user: userOf(project).name,
  hash,
  usual: `${backends.v1}:${port}`,
  debug: `${backends.v2}:${port}`,
});

const haproxy = ({ project: { credentials } }: Setting, materials: Materials): Actor => ({
  name: 'haproxy',
  command: ['haproxy', '-db', '-f', `${FILES_CURRENT}/haproxy.cfg`],
  files: [
    file('haproxy.cfg', haproxyConfiguration(materials)),
    file(BUNDLE, `${credentials.certificate}${credentials.key}`),
  ],
});

const caddy = (name: string, { project: { credentials } }: Setting, configuration: string): Actor => ({
  name,
  command: ['caddy', 'run', '--config', `${FILES_CURRENT}/caddy.json`],
  // All that Go would use of more processors are threads that wait for the one; its files go to memory.
  env: { GOMAXPROCS: '1', HOME: '/tmp', XDG_DATA_HOME: '/tmp', XDG_CONFIG_HOME: '/tmp' },
  files: [file('caddy.json', configuration), file(CERTIFICATE, credentials.certificate), file(KEY, credentials.key)],
});

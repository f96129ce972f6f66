import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isMapping, itemsOf, pairsOf, textOf, type ComposeDocument, type Mapping } from './document.js';
import { mountsOf } from './service.js';

/** Something in a compose file that would reach beyond its own containers. */
export interface Hazard {
  /** Key path: `services.nginx.privileged`. */
  where: string;
  why: string;
}

interface Place {
  /** Absolute folder that paths are relative to and must not leave. */
  root: string;
  /** Variables are filled in: what still looks like one is no variable. */
  resolved: boolean;
}

type Rule = (value: unknown, place: Place) => string[];

/**
 * What keeps a compose file from being started here. What is not known to be harmless counts as
 * a hazard: compose gains keys with every release, and some run programs on the host. Pure.
 */
export function hazardsOf(compose: ComposeDocument, place: Place): Hazard[] {
  const { services, networks, volumes, configs, secrets, raw } = compose;
  return [
    ...judge('', withoutParts(raw), TOP_LEVEL, place),
    ...each('services', services, SERVICE, place),
    ...each('networks', networks, NETWORK, place),
    ...each('volumes', volumes, VOLUME, place),
    ...each('configs', configs, FILE_SOURCE, place),
    ...each('secrets', secrets, FILE_SOURCE, place),
  ];
}

const withoutParts = ({
  services: _s,
  networks: _n,
  volumes: _v,
  configs: _c,
  secrets: _e,
  ...rest
}: Mapping): Mapping => rest;

const each = (section: string, parts: Record<string, Mapping>, rules: Rules, place: Place): Hazard[] =>
  Object.entries(parts).flatMap(([name, part]) => judge(`${section}.${name}.`, part, rules, place));

type Rules = Record<string, Rule>;

function judge(prefix: string, part: Mapping, rules: Rules, place: Place): Hazard[] {
  return Object.entries(part).flatMap(([key, value]) => {
    if (key.startsWith('x-') || isUnset(value)) return [];
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    const reasons = rule ? rule(value, place) : [`"${key}" is not known to stay inside the containers`];
    return reasons.map((why) => ({ where: `${prefix}${key}`, why }));
  });
}

/** As canonical output writes what nobody set. */
const isUnset = (value: unknown): boolean => value === null || value === undefined || value === false;

const harmless: Rule = () => [];
const refused =
  (why: string): Rule =>
  () => [why];
const oneOf =
  (allowed: RegExp, why: string): Rule =>
  (value) =>
    allowed.test(textOf(value)) ? [] : [`${why}: ${textOf(value) || JSON.stringify(value)}`];

/** @returns why the path must not be used; null when it stays inside, or its variables are yet to be filled in */
function outside(path: string, { root, resolved }: Place): string | null {
  if (path === '') return null;
  if (path.startsWith('~')) return `"${path}" lies in somebody's home folder`;
  if (path.includes('$')) return resolved ? `"${path}" is no plain path` : null;
  const inner = relative(root, resolve(root, path));
  if (inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner))
    return `"${path}" lies outside the submission`;
  return null;
}

const complaint = (why: string | null): string[] => (why === null ? [] : [why]);

/** These are read before variables are filled in by us. */
const plainFiles: Rule = (value, place) =>
  itemsOf(value).flatMap((item) => {
    const path = isMapping(item) ? textOf(item['path']) : textOf(item);
    return path.includes('$') ? [`"${path}" depends on a variable`] : complaint(outside(path, place));
  });

const REMOTE = /:\/\/|^git@|^github\.com\/|^[^/.]+@[^/]+:/;

const contextOf: Rule = (value, place) => {
  const context = textOf(value);
  if (REMOTE.test(context)) return [`"${context}" is fetched from elsewhere`];
  return complaint(outside(context, place));
};

const build: Rule = (value, place) => {
  if (!isMapping(value)) return contextOf(value, place);
  const context = textOf(value['context']) || '.';
  const base = REMOTE.test(context) || context.includes('$') ? place.root : resolve(place.root, context);
  const dockerfile = textOf(value['dockerfile']);
  return [
    ...judge('', value, BUILD, place).map(({ where, why }) => `${where}: ${why}`),
    ...complaint(dockerfile === '' || dockerfile.includes('$') ? null : outside(resolve(base, dockerfile), place)),
  ];
};

const mounts: Rule = (value, place) =>
  mountsOf({ volumes: value }).flatMap(({ type, source }, index) => {
    if (/docker(?:\.raw)?\.sock|containerd\.sock|podman\.sock/.test(source))
      return [`"${source}" would hand over the container engine`];
    if (type === 'bind') return [...complaint(outside(source, place)), ...propagation(itemsOf(value)[index])];
    return type === 'volume' || type === 'tmpfs' ? [] : [`a mount of type "${type}"`];
  });

function propagation(volume: unknown): string[] {
  const bind = isMapping(volume) && isMapping(volume['bind']) ? volume['bind'] : {};
  const mode = isMapping(volume)
    ? textOf(bind['propagation'])
    : (/:[^/]*\br?(?:shared|slave)\b/.exec(textOf(volume))?.[0] ?? '');
  return /shared|slave/.test(mode) ? ['its mounts would show on the host'] : [];
}

/** What Docker gives to every container anyway. */
const DEFAULT_CAPABILITIES =
  /^(?:CAP_)?(?:AUDIT_WRITE|CHOWN|DAC_OVERRIDE|FOWNER|FSETID|KILL|MKNOD|NET_BIND_SERVICE|NET_RAW|SETFCAP|SETGID|SETPCAP|SETUID|SYS_CHROOT)$/i;

const all =
  (rule: Rule): Rule =>
  (value, place) =>
    itemsOf(value).flatMap((item) => rule(item, place));

const namespaceOf = (what: string): Rule =>
  oneOf(/^(?:none|private|shareable|service:.+)$/, `the ${what} of something else`);

const deploy: Rule = (value) => {
  const resources = isMapping(value) && isMapping(value['resources']) ? value['resources'] : {};
  const reservations = isMapping(resources['reservations']) ? resources['reservations'] : {};
  return itemsOf(reservations['devices']).length > 0 ? ['it asks for devices of the host'] : [];
};

const logging: Rule = (value) =>
  isMapping(value) ? oneOf(/^(?:|json-file|local|none)$/, 'it logs to somewhere else')(value['driver'], NOWHERE) : [];

const NOWHERE: Place = { root: sep, resolved: true };

const extendsRule: Rule = (value) =>
  isMapping(value) && value['file'] !== undefined ? ['it takes over parts of another file, which is not followed'] : [];

const driverOptions: Rule = (value) => {
  const options = pairsOf(value);
  const isTmpfs = options['type'] === 'tmpfs';
  return isTmpfs || Object.keys(options).length === 0 ? [] : ['such a volume can mount any folder of the host'];
};

const driver = (allowed: RegExp): Rule => oneOf(allowed, 'a driver that reaches beyond this project');
const external = refused('it belongs to something else on this machine');

const allHarmless = (keys: string): Rules =>
  Object.fromEntries(
    keys
      .trim()
      .split(/\s+/)
      .map((key) => [key, harmless]),
  );

const TOP_LEVEL: Rules = {
  ...allHarmless('version name'),
  include: refused('it takes over another file, which is not followed'),
};

const BUILD: Rules = {
  ...allHarmless(
    'dockerfile dockerfile_inline args target labels shm_size no_cache pull platforms extra_hosts secrets tags ulimits',
  ),
  context: contextOf,
  network: oneOf(/^(?:none|default)$/, 'a build in a network of something else'),
  additional_contexts: (value, place) => Object.values(pairsOf(value)).flatMap((context) => contextOf(context, place)),
};

const SERVICE: Rules = {
  ...allHarmless(`
    annotations attach cap_drop command configs container_name cpu_count cpu_percent cpu_period cpu_quota cpu_shares cpus
    cpuset depends_on dns dns_opt dns_search domainname entrypoint environment expose extra_hosts group_add healthcheck
    hostname image init labels links mem_limit mem_reservation memswap_limit networks oom_kill_disable pids_limit
    platform ports profiles pull_policy read_only restart scale secrets shm_size stdin_open stop_grace_period stop_signal
    sysctls tmpfs tty ulimits user working_dir`),
  build,
  deploy,
  logging,
  volumes: mounts,
  env_file: plainFiles,
  label_file: plainFiles,
  extends: extendsRule,
  privileged: refused('it would have every right on this machine'),
  devices: refused('it would have devices of this machine'),
  cap_add: all(oneOf(DEFAULT_CAPABILITIES, 'more rights than containers have')),
  security_opt: all(oneOf(/^no-new-privileges(?:[:=](?:true|false))?$/, 'it would loosen what confines it')),
  network_mode: oneOf(/^(?:none|service:.+)$/, 'the network of something else'),
  pid: namespaceOf('processes'),
  ipc: namespaceOf('shared memory'),
  uts: namespaceOf('host name'),
  cgroup: namespaceOf('control group'),
  userns_mode: namespaceOf('users'),
  volumes_from: all(oneOf(/^(?!container:)/, 'volumes of something else')),
};

const NETWORK: Rules = {
  ...allHarmless('name attachable internal ipam labels enable_ipv6 enable_ipv4'),
  external,
  driver: driver(/^(?:|default|bridge|overlay)$/),
  driver_opts: (value) =>
    Object.keys(pairsOf(value)).some(
      (key) => !/^com\.docker\.network\.(?:bridge\.(?:name|enable_icc|enable_ip_masquerade)|driver\.mtu)$/.test(key),
    )
      ? ['options that are not known to stay inside the project']
      : [],
};

const VOLUME: Rules = {
  ...allHarmless('name labels'),
  external,
  driver: driver(/^(?:|default|local)$/),
  driver_opts: driverOptions,
};

const FILE_SOURCE: Rules = {
  ...allHarmless('name content environment'),
  external,
  file: (value, place) => complaint(outside(textOf(value), place)),
};

import { relative, resolve, sep } from 'node:path';
import { leadsOut } from '../leads-out.js';
import { crowdIn } from './crowd.js';
import { isMapping, isScalar, itemsOf, pairsOf, textOf, type ComposeDocument, type Mapping } from './document.js';
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
    ...crowdIn(services),
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
    isScalar(value) && allowed.test(textOf(value)) ? [] : [`${why}: ${textOf(value) || JSON.stringify(value)}`];

/** @returns why the path must not be used; null when it stays inside, or its variables are yet to be filled in */
function outside(value: unknown, { root, resolved }: Place): string | null {
  if (value === undefined || value === null) return null;
  if (!isScalar(value)) return `${JSON.stringify(value)} is no path`;
  const path = String(value);
  if (path.startsWith('~')) return `"${path}" lies in somebody's home folder`;
  if (path.includes('$')) return resolved ? `"${path}" is no plain path` : null;
  return leadsOut(relative(root, resolve(root, path))) ? `"${path}" lies outside the submission` : null;
}

const complaint = (why: string | null): string[] => (why === null ? [] : [why]);

/** These are read before variables are filled in by us. */
const plainFiles: Rule = (value, place) =>
  itemsOf(value).flatMap((item) => {
    const path = isMapping(item) ? item['path'] : item;
    return textOf(path).includes('$') ? [`"${textOf(path)}" depends on a variable`] : complaint(outside(path, place));
  });

const REMOTE = /:\/\/|^git@|^github\.com\/|^[^/.]+@[^/]+:/;

const contextOf: Rule = (value, place) =>
  REMOTE.test(textOf(value)) ? [`"${textOf(value)}" is fetched from elsewhere`] : complaint(outside(value, place));

const build: Rule = (value, place) => {
  if (!isMapping(value)) return contextOf(value, place);
  const context = textOf(value['context']) || '.';
  const base = REMOTE.test(context) || context.includes('$') ? place.root : resolve(place.root, context);
  return [...within(value, BUILD, place), ...dockerfileOf(value['dockerfile'], base, place)];
};

/** Of a mapping inside a value, whose key paths are told in the reason. */
const within = (part: Mapping, rules: Rules, place: Place): string[] =>
  judge('', part, rules, place).map(({ where, why }) => `${where}: ${why}`);

function dockerfileOf(value: unknown, base: string, place: Place): string[] {
  const file = textOf(value);
  if (file.includes('$')) return [];
  return complaint(outside(isScalar(value) ? resolve(base, file) : value, place));
}

const mounts: Rule = (value, place) => itemsOf(value).flatMap((volume) => mountHazards(volume, place));

function mountHazards(volume: unknown, place: Place): string[] {
  const isPlain = isMapping(volume)
    ? ['type', 'source', 'target'].every((key) => volume[key] === undefined || isScalar(volume[key]))
    : isScalar(volume);
  if (!isPlain) return [`${JSON.stringify(volume)} is no mount`];
  return mountsOf({ volumes: [volume] }).flatMap(({ type, source }) => {
    if (/docker(?:\.raw)?\.sock|containerd\.sock|podman\.sock/.test(source))
      return [`"${source}" would hand over the container engine`];
    if (type === 'bind') return [...complaint(outside(source, place)), ...propagation(volume)];
    return type === 'volume' || type === 'tmpfs' ? [] : [`a mount of type "${type}"`];
  });
}

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
  if (!isMapping(value)) return [`${JSON.stringify(value)} is no deployment`];
  const resources = isMapping(value['resources']) ? value['resources'] : {};
  const reservations = isMapping(resources['reservations']) ? resources['reservations'] : {};
  return itemsOf(reservations['devices']).length > 0 ? ['it asks for devices of the host'] : [];
};

const logging: Rule = (value) =>
  oneOf(/^(?:|json-file|local|none)$/, 'it logs to somewhere else')(
    isMapping(value) ? (value['driver'] ?? '') : value,
    NOWHERE,
  );

const NOWHERE: Place = { root: sep, resolved: true };

const extendsRule: Rule = (value) =>
  (isMapping(value) && value['file'] === undefined) || isScalar(value)
    ? []
    : ['it takes over parts of another file, which is not followed'];

/** What a tmpfs takes; with `o: bind` the kernel would not look at the type. */
const TMPFS: Record<string, RegExp> = {
  type: /^tmpfs$/,
  device: /^tmpfs$/,
  o: /^(?:(?:(?:size|mode|uid|gid|nr_inodes|nr_blocks)=\w+%?|ro|rw|nodev|nosuid|noexec)(?:,|$))*$/,
};

const driverOptions: Rule = (value) => {
  const options = pairsOf(value);
  const isTmpfs = Object.entries(options).every(
    ([key, option]) => Object.hasOwn(TMPFS, key) && TMPFS[key]?.test(option),
  );
  const isEmpty = Object.keys(options).length === 0;
  return isEmpty || (isTmpfs && options['type'] === 'tmpfs') ? [] : ['such a volume can mount any folder of the host'];
};

/** Compose runs them inside the container, with its rights unless they ask for more. */
const hooks: Rule = (value, place) =>
  itemsOf(value).flatMap((hook) =>
    isMapping(hook) ? within(hook, HOOK, place) : [`${JSON.stringify(hook)} is no hook that can be read`],
  );

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

const HOOK: Rules = {
  ...allHarmless('command user working_dir environment'),
  privileged: refused('it would have every right on this machine'),
};

const SERVICE: Rules = {
  ...allHarmless(`
    attach cap_drop command configs container_name cpu_count cpu_percent cpu_period cpu_quota cpu_shares cpus
    cpuset depends_on develop dns dns_opt dns_search domainname entrypoint environment expose extra_hosts group_add healthcheck
    hostname image init labels links mem_limit mem_reservation mem_swappiness memswap_limit networks oom_kill_disable pids_limit
    platform ports profiles pull_policy read_only restart scale secrets shm_size stdin_open stop_grace_period stop_signal
    sysctls tmpfs tty ulimits user working_dir`),
  build,
  deploy,
  post_start: hooks,
  pre_stop: hooks,
  logging,
  volumes: mounts,
  env_file: plainFiles,
  label_file: plainFiles,
  extends: extendsRule,
  privileged: refused('it would have every right on this machine'),
  devices: refused('it would have devices of this machine'),
  cap_add: all(oneOf(DEFAULT_CAPABILITIES, 'more rights than containers have')),
  security_opt: all(oneOf(/^no-new-privileges(?:[:=](?:true|false))?$/, 'it would loosen what confines it')),
  network_mode: oneOf(
    /^(?:none|service:.+)$/,
    'it would be in a network that is not its own, and reach what listens there; leave it out, as services of one file have a network in common',
  ),
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
      (key) => !/^com\.docker\.network\.(?:bridge\.(?:enable_icc|enable_ip_masquerade)|driver\.mtu)$/.test(key),
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
  file: (value, place) => complaint(outside(value, place)),
};

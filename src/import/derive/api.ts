import { posix } from 'node:path';
import type { ApiConfig, RouteConfig } from '../../config/types.js';
import { isMapping, itemsOf, pairsOf, textOf } from '../../grade/compose/document.js';
import { portsOf } from '../../grade/compose/service.js';
import { isRemote, type ComposeBuild, type ComposeService } from '../compose/read-compose.js';
import { withoutLogin } from '../secret-values.js';
import { treePath } from '../tree-path.js';
import { namesOf, type ApiGroup } from './api-groups.js';
import { deriveBuildArgs } from './build-args.js';
import { deriveEnvironment } from './api-environment.js';
import { deriveModel } from './api-files.js';
import { deriveImage } from './api-image.js';
import { deriveLimits } from './api-limits.js';
import { deriveSecrets } from './api-secrets.js';
import { pathFor, pathOutside, type ImportContext } from './context.js';
import { healthPathOf } from './health-path.js';

/** One API as its services run it. */
export function deriveApi(group: ApiGroup, routes: RouteConfig[], context: ImportContext): ApiConfig {
  const [service] = group.services;
  if (service === undefined) return {};
  const key = `apis.${group.name}`;
  leaveUnused(service, context);
  return {
    ...deriveBackend(service, key, context),
    ...(isOwnServer(service)
      ? {}
      : { port: derivePort(group, service, key, context), health: deriveHealth(service, key, context) }),
    ...deriveModel(service, key, context),
    replicas: deriveReplicas(group, key, context),
    debug: deriveDebug(service, routes, group, context),
    ...deriveEnvironment(service, key, context),
    ...deriveSecrets(service, key, context),
    ...deriveLimits(service, key, context),
    ...(isOwnServer(service) ? {} : deriveMetrics(group, key, context)),
  };
}

/** fortress tells an API so itself; of others it is only known which one the debug group gets. */
function deriveDebug(
  { settings }: ComposeService,
  routes: RouteConfig[],
  { name }: ApiGroup,
  { isOurs }: ImportContext,
): boolean {
  const told = isOurs ? pairsOf(settings['environment'])['DEBUG_PROBABILITIES'] : undefined;
  return told === undefined ? routes.some(({ value, to }) => value === 'debug' && to === name) : told === 'true';
}

/** An image as fortress itself builds it: what an exported stack runs. */
const isOwnServer = ({ build, image }: ComposeService): boolean =>
  build === null && image?.startsWith('fortress/api:') === true;

function deriveBackend(
  service: ComposeService,
  key: string,
  context: ImportContext,
): Pick<ApiConfig, 'build' | 'image'> {
  const { compose, notes } = context;
  const { build, image } = service;
  const where = compose.placeOf('services', service.name, build ? 'build' : 'image');
  if (build === null) {
    if (!isOwnServer(service)) return deriveImage(service, key, context);
    notes.carry(key, `${where}: image ${image ?? ''}, which is the model server of fortress`);
    return {};
  }
  if (build.context !== null) notes.carry(key, `${where}: build ${build.written}`);
  leaveBuildKeys(service, where, context);
  if (isRemote(build.written)) leaveRemote(service, build, where, context);
  else if (build.file === null) {
    notes.leave(
      `the Dockerfile of ${service.name}`,
      where,
      build.context === null
        ? `its context ${build.written} lies outside of the project`
        : `${build.dockerfile} is not in ${build.written}`,
      'put it there before `fortress up`',
    );
  }
  const folder = contextOf(build, context);
  const args = deriveBuildArgs(service, key, context);
  const hasArgs = Object.keys(args).length > 0;
  const dockerfile = dockerfileIn(build);
  if (dockerfile === 'Dockerfile' && !hasArgs) return { build: folder };
  return {
    build: {
      context: folder,
      ...(dockerfile === 'Dockerfile' ? {} : { dockerfile }),
      ...(hasArgs ? { args } : {}),
    },
  };
}

/** What is fetched from elsewhere; a login that stands in its address is written nowhere. */
function leaveRemote(
  { name }: ComposeService,
  { written }: ComposeBuild,
  where: string,
  { notes }: ImportContext,
): void {
  const address = withoutLogin(written);
  notes.leave(
    `the context of ${name}`,
    where,
    `${address} is fetched from elsewhere${address === written ? '' : ' with a login'}; fortress builds from folders`,
    'get it yourself, and name the folder in its place',
  );
}

/** Inside of the context, where one that lies elsewhere has to be put. */
const dockerfileIn = ({ dockerfile }: ComposeBuild): string =>
  treePath('', dockerfile) === null ? posix.basename(dockerfile) : dockerfile.replace(/^\.\//, '');

/** What lies outside of the project is the same folder, whichever folder the configuration is written to. */
function contextOf({ context: inside, written }: ComposeBuild, context: ImportContext): string {
  if (inside !== null) return pathFor(context, inside);
  return isRemote(written) ? withoutLogin(written) : pathOutside(context, written);
}

function leaveBuildKeys({ name, settings, build }: ComposeService, where: string, { notes }: ImportContext): void {
  const known = ['context', 'dockerfile', 'args'];
  const others = isMapping(settings['build'])
    ? Object.keys(settings['build']).filter((key) => !known.includes(key))
    : [];
  if (others.length > 0)
    notes.leave(
      `build.${others.join(', build.')} of ${name}`,
      where,
      'fortress builds with context, dockerfile and args',
      'write it into the Dockerfile',
    );
  if (build?.context != null && treePath('', build.dockerfile) === null)
    notes.leave(`the Dockerfile of ${name}`, where, 'it lies outside of its context', 'put it into the context');
}

function derivePort(group: ApiGroup, service: ComposeService, key: string, { notes, compose }: ImportContext): number {
  const file = service.build?.file ?? 'Dockerfile';
  const exposed = Number(itemsOf(service.settings['expose']).map(textOf)[0]);
  const published = portsOf(service.settings)[0]?.target;
  const found: [number | null | undefined, string][] = [
    [group.port?.number, group.port?.from ?? ''],
    [service.imageFacts?.port, file],
    [Number.isInteger(exposed) ? exposed : null, `${compose.placeOf('services', service.name, 'expose')}: expose`],
    [published, `${compose.placeOf('services', service.name, 'ports')}: ports`],
  ];
  const [port, from] = found.find(([value]) => value != null && value > 0 && value < 65_536) ?? [];
  notes.carry(`${key}.port`, from ?? 'assumed: nothing names a port');
  const said = service.imageFacts?.port;
  if (port != null && said != null && said !== port)
    notes.leave(
      `port ${said} of ${service.name}`,
      file,
      `nginx passes requests to ${port}, and so does fortress`,
      'correct apis if the API listens elsewhere',
    );
  return port ?? 8000;
}

function deriveHealth(service: ComposeService, key: string, { files, notes }: ImportContext): string {
  const { path, from } = healthPathOf(service, files);
  notes.carry(
    `${key}.health`,
    from ?? `assumed: neither a healthcheck nor a program in Python says where ${service.name} is well`,
  );
  return path;
}

function deriveReplicas(group: ApiGroup, key: string, { compose, notes }: ImportContext): number {
  const names = group.services.map(({ name }) => name);
  notes.carry(`${key}.replicas`, `${compose.placeOf('services', names[0] ?? '')}: ${names.join(', ')}`);
  return group.replicas;
}

/** Where Prometheus asks the API itself. */
function deriveMetrics(group: ApiGroup, key: string, context: ImportContext): Pick<ApiConfig, 'metrics'> {
  const names = group.services.flatMap(namesOf);
  const [asked] = context.prometheus.jobs.flatMap(({ name, targets, where }) =>
    targets.filter(({ host }) => names.includes(host)).map(({ path }) => ({ name, path, where })),
  );
  if (!asked || !/^\/[\w./~-]*$/.test(asked.path)) return {};
  context.notes.carry(`${key}.metrics`, `${asked.where}: job ${asked.name}`);
  return { metrics: asked.path };
}

/** Keys of a service that fortress sees to in its own way, or that mean nothing to it. */
const SEEN_TO = new Set([
  'build',
  'image',
  'ports',
  'expose',
  'deploy',
  'gpus',
  'scale',
  'environment',
  'env_file',
  'secrets',
  'volumes',
  'mem_limit',
  'cpus',
  'user',
  'container_name',
  'hostname',
  'restart',
  'depends_on',
  'networks',
  'healthcheck',
  'logging',
  'labels',
  'stop_grace_period',
  'init',
  'read_only',
  'security_opt',
  'cap_drop',
  'tmpfs',
  'pids_limit',
  'mem_reservation',
  'memswap_limit',
  'profiles',
  'platform',
  'pull_policy',
  'working_dir',
  'stdin_open',
  'tty',
  'links',
  'stop_signal',
]);

function leaveUnused({ name, settings }: ComposeService, { compose, notes }: ImportContext): void {
  const published = portsOf(settings);
  if (published.length > 0)
    notes.leave(
      `ports of ${name}: ${published.map(({ published: port, target }) => `${port ?? 'any'}:${target}`).join(', ')}`,
      compose.placeOf('services', name, 'ports'),
      'no API has a published port: the gateway, which asks for a password, is the only way in',
    );
  for (const key of Object.keys(settings).filter((setting) => !SEEN_TO.has(setting))) {
    const isCommand = key === 'command' || key === 'entrypoint';
    notes.leave(
      `${key} of ${name}`,
      compose.placeOf('services', name, key),
      isCommand ? 'the image runs what its Dockerfile says' : 'there is no such thing in fortress.config.ts',
      isCommand ? 'write it as CMD into the Dockerfile' : undefined,
    );
  }
}

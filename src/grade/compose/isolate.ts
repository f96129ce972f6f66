import { resolve, sep } from 'node:path';
import { isMapping, itemsOf, textOf, type ComposeDocument, type Mapping } from './document.js';
import { mountsOf } from './service.js';

/** For containers that set none: enough for a model, too little to take this machine down. */
const LIMITS = { mem_limit: '2g', pids_limit: 1024 };

/**
 * A resolved compose file as it may be started beside other things on this machine. Names that
 * would be shared with them (of networks, volumes, images that it builds) become the project's own:
 * otherwise it could overwrite or, when it is taken down, remove what is not its own. Pure.
 * @param defaultImage how compose calls the image that it builds for a service
 */
export function isolate(compose: ComposeDocument, defaultImage: (service: string) => string): Mapping {
  const { version: _version, name: _name, ...raw } = compose.raw;
  const built = builtImages(compose, defaultImage);
  const binds = bindSources(compose);
  return {
    ...raw,
    networks: mapValues(compose.networks, withoutName),
    volumes: mapValues(compose.volumes, withoutName),
    services: mapValues(compose.services, (service) => ownService(service, { built, binds })),
  };
}

/** Images that the project builds and tags, by the tag. */
function builtImages({ services }: ComposeDocument, defaultImage: (service: string) => string): Map<string, string> {
  return new Map(
    Object.entries(services).flatMap(([name, service]) =>
      service['build'] && service['image'] ? [[textOf(service['image']), defaultImage(name)] as const] : [],
    ),
  );
}

const bindSources = ({ services }: ComposeDocument): string[] =>
  Object.values(services).flatMap((service) =>
    mountsOf(service)
      .filter(({ type }) => type === 'bind')
      .map(({ source }) => resolve(source)),
  );

function ownService(service: Mapping, { built, binds }: { built: Map<string, string>; binds: string[] }): Mapping {
  const { container_name: name, image, build, ...rest } = service;
  return {
    ...rest,
    ...imageOf(image, build, built),
    ...networksOf(service, textOf(name)),
    volumes: volumesOf(service, binds),
    ...(isLimited(service) ? {} : LIMITS),
  };
}

function imageOf(image: unknown, build: unknown, built: Map<string, string>): Mapping {
  if (!isMapping(build)) return { image: built.get(textOf(image)) ?? image };
  const { tags: _tags, ...own } = build;
  return { build: own };
}

/** The name that a container had for the others stays one of its names in the project's networks. */
function networksOf({ networks, network_mode: mode }: Mapping, name: string): Mapping {
  if (name === '' || mode !== undefined) return {};
  const joined = isMapping(networks) ? networks : { default: null };
  return {
    networks: mapValues(joined as Record<string, Mapping>, (settings) => ({
      ...settings,
      aliases: [...itemsOf(settings?.['aliases']), name],
    })),
  };
}

/**
 * A folder that holds another container's mount is mounted read-only: whoever may write there could
 * put a link in the mount's place before it is made, and have any folder of the host mounted.
 */
const volumesOf = ({ volumes }: Mapping, binds: string[]): unknown[] =>
  (Array.isArray(volumes) ? (volumes as unknown[]) : []).map((volume) => {
    const [mount] = mountsOf({ volumes: [volume] });
    if (mount?.type !== 'bind') return volume;
    const folder = resolve(mount.source) + sep;
    if (!binds.some((source) => source.startsWith(folder))) return volume;
    return { type: 'bind', source: mount.source, target: mount.target, read_only: true };
  });

function isLimited({ deploy, mem_limit: memory, pids_limit: processes }: Mapping): boolean {
  const resources = isMapping(deploy) && isMapping(deploy['resources']) ? deploy['resources'] : {};
  return isMapping(resources['limits']) || memory !== undefined || processes !== undefined;
}

const withoutName = ({ name: _name, ...part }: Mapping): Mapping => part;

const mapValues = (parts: Record<string, Mapping>, change: (part: Mapping) => Mapping): Record<string, Mapping> =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part)]));

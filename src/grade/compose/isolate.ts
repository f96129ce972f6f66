import { resolve, sep } from 'node:path';
import { isMapping, itemsOf, textOf, type ComposeDocument, type Mapping } from './document.js';
import { withLimits } from './limits.js';
import { hostPathsOf } from './real-places.js';
import { mountsOf } from './service.js';

interface Surroundings {
  /** How compose calls the image that it builds for a service. */
  defaultImage(service: string): string;
  /** Where a path of the host really leads. */
  realPath(path: string): string;
}

/**
 * A resolved compose file as it may be started beside other things on this machine. Names that
 * would be shared with them (of networks, volumes, images that it builds) become the project's own:
 * otherwise it could overwrite or, when it is taken down, remove what is not its own. Pure.
 */
export function isolate(compose: ComposeDocument, { defaultImage, realPath }: Surroundings): Mapping {
  const { version: _version, name: _name, ...raw } = compose.raw;
  const built = builtImages(compose, defaultImage);
  const sources = hostPathsOf(compose).map(({ path }) => resolve(realPath(path)));
  return {
    ...raw,
    networks: mapValues(compose.networks, withoutName),
    volumes: mapValues(compose.volumes, withoutName),
    configs: mapValues(compose.configs, (part) => atRealPath(part, realPath)),
    secrets: mapValues(compose.secrets, (part) => atRealPath(part, realPath)),
    services: mapValues(compose.services, (service) => ownService(service, { built, sources, realPath })),
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

interface Own extends Pick<Surroundings, 'realPath'> {
  built: Map<string, string>;
  /** Of every mount, without links. */
  sources: string[];
}

function ownService(service: Mapping, own: Own): Mapping {
  // Their content is in `environment` and `labels` by now; compose would read them again while containers run.
  const { container_name: name, image, build, env_file: _env, label_file: _labels, ...rest } = service;
  return {
    ...withLimits(rest),
    ...imageOf(image, build, own.built),
    ...networksOf(service, textOf(name)),
    volumes: volumesOf(service, own),
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
 * A folder that holds another mount is mounted read-only: whoever may write there could put a link in
 * its place before it is made, and have any folder of the host mounted. That no folder above a mount
 * can be written to is all that keeps its path what it was when it was judged.
 */
const volumesOf = ({ volumes }: Mapping, { sources, realPath }: Own): unknown[] =>
  (Array.isArray(volumes) ? (volumes as unknown[]) : []).map((volume) => {
    const [mount] = mountsOf({ volumes: [volume] });
    if (mount?.type !== 'bind') return volume;
    const source = resolve(realPath(mount.source));
    const isReadOnly = mount.readOnly || sources.some((other) => other.startsWith(source + sep));
    if (isMapping(volume)) return { ...volume, source, ...(isReadOnly ? { read_only: true } : {}) };
    // Only of the short form the first generation of compose makes what is not there yet.
    return [source, mount.target, modeOf(textOf(volume), isReadOnly)].join(':');
  });

const modeOf = (volume: string, isReadOnly: boolean): string =>
  [
    ...(volume.split(':')[2] ?? '').split(',').filter((mode) => !/^(?:r[ow])?$/.test(mode)),
    isReadOnly ? 'ro' : 'rw',
  ].join(',');

const atRealPath = (part: Mapping, realPath: Surroundings['realPath']): Mapping =>
  textOf(part['file']) === '' ? part : { ...part, file: resolve(realPath(textOf(part['file']))) };

const withoutName = ({ name: _name, ...part }: Mapping): Mapping => part;

const mapValues = (parts: Record<string, Mapping>, change: (part: Mapping) => Mapping): Record<string, Mapping> =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part)]));

import { isMapping, itemsOf, textOf, type Mapping } from './document.js';

/** The context of a build, below the project: `.`, `./src/api/v1`; null when it is not built. */
export function buildOf(service: Mapping): { context: string; dockerfile: string; inline: boolean } | null {
  const build = service['build'];
  if (typeof build === 'string') return { context: build, dockerfile: 'Dockerfile', inline: false };
  if (!isMapping(build)) return null;
  return {
    context: textOf(build['context']) || '.',
    dockerfile: textOf(build['dockerfile']) || 'Dockerfile',
    inline: build['dockerfile_inline'] !== undefined,
  };
}

/** A published port; `published` is null where the engine chooses one. */
export interface PublishedPort {
  address: string;
  published: number | null;
  target: number;
}

/** Of the short and the long form; ranges and other protocols are left out. */
export const portsOf = (service: Mapping): PublishedPort[] =>
  itemsOf(service['ports']).flatMap((port) => (isMapping(port) ? longPort(port) : shortPort(textOf(port))));

function longPort(port: Mapping): PublishedPort[] {
  const [target, published] = [Number(port['target']), Number(port['published'])];
  if (!Number.isInteger(target) || (textOf(port['protocol']) || 'tcp') !== 'tcp') return [];
  return [
    {
      address: textOf(port['host_ip']),
      published: Number.isInteger(published) && published > 0 ? published : null,
      target,
    },
  ];
}

function shortPort(port: string): PublishedPort[] {
  const match = /^(?:(?:(?<address>[\d.]+|\[[^\]]+\]):)?(?<published>\d*):)?(?<target>\d+)(?:\/tcp)?$/.exec(port);
  if (!match?.groups) return [];
  const { address = '', published = '', target = '' } = match.groups;
  return [
    {
      address: address.replaceAll(/[[\]]/g, ''),
      published: published === '' ? null : Number(published),
      target: Number(target),
    },
  ];
}

/** What a service waits for, and on which condition; null: none was written. */
export function dependenciesOf(service: Mapping): { service: string; condition: string | null }[] {
  const dependsOn = service['depends_on'];
  if (!isMapping(dependsOn)) return itemsOf(dependsOn).map((name) => ({ service: textOf(name), condition: null }));
  return Object.entries(dependsOn).map(([name, settings]) => ({
    service: name,
    condition: isMapping(settings) ? textOf(settings['condition']) || null : null,
  }));
}

/** null: the image's own one holds, if it has any. */
export function hasHealthcheck(service: Mapping): boolean | null {
  const healthcheck = service['healthcheck'];
  if (!isMapping(healthcheck)) return null;
  const test = itemsOf(healthcheck['test']).map(textOf);
  return healthcheck['disable'] !== true && test[0] !== 'NONE' && test.length > 0;
}

/** How many containers a service asks for, by whichever of its keys; what is no number counts as one. */
export function containersOf({ scale, deploy }: Mapping): number {
  const counts = [scale, isMapping(deploy) ? deploy['replicas'] : undefined].map((count) => Number(textOf(count)));
  return Math.max(1, ...counts.filter(Number.isFinite));
}

/** Something that is mounted into a container. */
export interface Mount {
  type: string;
  source: string;
  target: string;
  readOnly: boolean;
}

/** Of the short and the long form. A short source that looks like a path is a bind. */
export const mountsOf = (service: Mapping): Mount[] =>
  itemsOf(service['volumes']).map((volume) => (isMapping(volume) ? longMount(volume) : shortMount(textOf(volume))));

const longMount = (volume: Mapping): Mount => ({
  type: textOf(volume['type']) || 'volume',
  source: textOf(volume['source']),
  target: textOf(volume['target']),
  readOnly: volume['read_only'] === true,
});

function shortMount(volume: string): Mount {
  const parts = splitOutsideVariables(volume);
  if (parts.length === 1) return { type: 'volume', source: '', target: parts[0] ?? '', readOnly: false };
  const [source = '', target = '', mode = ''] = parts;
  return { type: /^[./~$]/.test(source) ? 'bind' : 'volume', source, target, readOnly: mode.split(',').includes('ro') };
}

/** At the colons, but for those in `${NAME:-default}`. */
const splitOutsideVariables = (text: string): string[] =>
  (text.match(/(?:\$\{[^}]*\}|[^:])+/g) ?? []).map((part) => part.trim());

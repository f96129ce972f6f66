import { pairsOf } from '../../grade/compose/document.js';
import { mappingAt, type ComposeProject, type ComposeService } from '../compose/read-compose.js';

/** Settings that say how a container is reached and kept, not what runs in it; those of a build are compared apart. */
const OF_THE_CONTAINER = new Set([
  'build',
  'container_name',
  'depends_on',
  'deploy',
  'environment',
  'expose',
  'healthcheck',
  'hostname',
  'image',
  'labels',
  'links',
  'logging',
  'networks',
  'ports',
  'profiles',
  'pull_policy',
  'restart',
  'scale',
  'stop_grace_period',
  'stop_signal',
]);

/** Services with the same one run the same program in the same way: with the same files, variables, limits and user. Pure. */
export function signatureOf(service: ComposeService, { written }: Pick<ComposeProject, 'written'>): string {
  const { name, build, settings } = service;
  const others = Object.entries(settings).filter(([key]) => !OF_THE_CONTAINER.has(key));
  return JSON.stringify([
    build ? [build.written, build.dockerfile, buildSettings(service)] : (written.services[name]?.['image'] ?? null),
    sorted(Object.entries(pairsOf(settings['environment']))),
    mappingAt(service, 'deploy')['resources'] ?? null,
    sorted(others),
  ]);
}

const buildSettings = (service: ComposeService): [string, unknown][] =>
  sorted(
    Object.entries(mappingAt(service, 'build')).filter(([key]) => !['context', 'dockerfile', 'tags'].includes(key)),
  );

const sorted = <Value>(entries: [string, Value][]): [string, Value][] =>
  entries.toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Names of things in the engine. */
export const networkName = (project: string, network: 'edge' | 'backend'): string => `${project}-${network}`;
export const volumeName = (project: string, volume: string): string => `${project}-${volume}`;
export const containerName = (project: string, service: string, slot: number): string =>
  `${project}-${service}-${slot}`;
export const apiService = (api: string): string => `api-${api}`;
/** The other way round; null: the service is no API. */
export const nameOfApi = (service: string): string | null => /^api-(.+)$/.exec(service)?.[1] ?? null;

/** nginx upstream of an API: `api_v1`. */
export const upstreamName = (api: string): string => `api_${api.replaceAll('-', '_')}`;

/**
 * Where the images of an API are kept that are built for a project. Docker takes one separator between letters and
 * digits; two projects may come to share a repository, and their tags differ. Pure.
 */
export const builtRepository = (project: string, api: string): string =>
  `fortress/${`${project}-${api}`.replaceAll(/[_-]{2,}/g, '-')}`;

/** Whether a reference is one that fortress gives images that it builds for a project, and not somebody else's name for one. Pure. */
export const isBuiltReference = (project: string, reference: string): boolean =>
  reference.startsWith(builtRepository(project, '')) && /^[^:@]+:[0-9a-f]{12}$/.test(reference);

/** Labels that carry all we need to know our things again. */
export const LABEL = {
  project: 'dev.fortress.project',
  /** Of a container's own configuration volume, instead of `project`: it is no data to keep. */
  files: 'dev.fortress.files',
  service: 'dev.fortress.service',
  slot: 'dev.fortress.slot',
  hash: 'dev.fortress.config-hash',
  spec: 'dev.fortress.spec',
  /** JSON: fixed address by network. */
  addresses: 'dev.fortress.addresses',
  /** Of an image, instead of `project`, which its containers would inherit: the project that it was built for. */
  builtFor: 'dev.fortress.built-for',
  reloadable: 'dev.fortress.reloadable',
  version: 'dev.fortress.version',
} as const;

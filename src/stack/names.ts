/** Names of things in the engine. */
export const networkName = (project: string, network: 'edge' | 'backend'): string => `${project}-${network}`;
export const volumeName = (project: string, volume: string): string => `${project}-${volume}`;
export const containerName = (project: string, service: string, slot: number): string =>
  `${project}-${service}-${slot}`;
export const apiService = (api: string): string => `api-${api}`;

/** nginx upstream of an API: `api_v1`. */
export const upstreamName = (api: string): string => `api_${api.replaceAll('-', '_')}`;

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

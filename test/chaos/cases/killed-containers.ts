/** Containers that die by force while clients ask. */
export interface KilledContainers {
  name: string;
  fast: boolean;
  /** Names without the project's; of `anyOf` one is taken by chance. */
  targets: string[] | { anyOf: string[] };
  /**
   * `docker kill`: the engine takes that for somebody's wish and leaves the container dead.
   * `SIGKILL`: the process ends, as after a lack of memory, and the engine restarts it.
   */
  by: 'docker kill' | 'SIGKILL';
  /** Whether clients may notice. */
  unnoticed: boolean;
}

const APIS = ['api-v1-1', 'api-v1-2', 'api-v1-3'];

export const KILLED_CONTAINERS: readonly KilledContainers[] = [
  { name: 'docker kill of one API', fast: true, targets: { anyOf: APIS }, by: 'docker kill', unnoticed: true },
  { name: 'SIGKILL of one API', fast: false, targets: { anyOf: APIS }, by: 'SIGKILL', unnoticed: true },
  { name: 'docker kill of two APIs', fast: false, targets: APIS.slice(1), by: 'docker kill', unnoticed: false },
  { name: 'docker kill of all APIs', fast: true, targets: APIS, by: 'docker kill', unnoticed: false },
  { name: 'SIGKILL of all APIs', fast: false, targets: APIS, by: 'SIGKILL', unnoticed: false },
  { name: 'docker kill of the gateway', fast: false, targets: ['gateway-1'], by: 'docker kill', unnoticed: false },
  { name: 'SIGKILL of the gateway', fast: false, targets: ['gateway-1'], by: 'SIGKILL', unnoticed: false },
  { name: 'docker kill of Prometheus', fast: false, targets: ['prometheus-1'], by: 'docker kill', unnoticed: true },
  { name: 'SIGKILL of Prometheus', fast: false, targets: ['prometheus-1'], by: 'SIGKILL', unnoticed: true },
  {
    name: 'docker kill of everything',
    fast: false,
    targets: [...APIS, 'api-v2-1', 'gateway-1', 'exporter-1', 'prometheus-1'],
    by: 'docker kill',
    unnoticed: false,
  },
];

import type { Serving } from '../../render/views.js';
import { FILES_CURRENT, type Service } from '../../stack/stack.js';
import { containerFolder } from './folders.js';

/** What a service of a compose file says; keys and values as the Compose Specification has them. */
export type ComposeService = Record<string, unknown>;

/** What stands once at the top of the file, under an anchor: the same for every container. */
export const HARDENED: ComposeService = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  restart: 'unless-stopped',
  logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
};

/** How the name of a network or volume of the engine stands in a compose file, which knows its project. */
export const withoutProject = (project: string, name: string): string => name.slice(project.length + 1);

/** Its number among the replicas, and its fixed addresses by network of the engine. */
type Replica = Serving[string][number];

/** A container as a service of a compose file, without its image and what is in `HARDENED`. */
export function composeService(
  project: string,
  service: Service,
  { slot, addresses }: Replica,
  hasFiles: boolean,
): ComposeService {
  const { entrypoint, command, env, ports, volumes, tmpfs, healthcheck, readiness } = service;
  const mounts = [
    ...(hasFiles ? [`./${containerFolder(service.name)}:${FILES_CURRENT}:ro`] : []),
    ...volumes.map(({ name, path }) => `${withoutProject(project, name)}:${path}`),
  ];
  return literal({
    hostname: `${service.name}-${slot}`,
    user: service.user,
    ...(entrypoint.length > 0 && { entrypoint }),
    ...(command.length > 0 && { command }),
    ...(Object.keys(env).length > 0 && { environment: env }),
    networks: networksOf(project, service, addresses),
    ...(ports.length > 0 && {
      ports: ports.map(({ bind, host, container }) => `${inBrackets(bind)}:${host}:${container}`),
    }),
    ...(mounts.length > 0 && { volumes: mounts }),
    ...(Object.keys(tmpfs).length > 0 && {
      tmpfs: Object.entries(tmpfs).map(([path, options]) => `${path}:${options}`),
    }),
    ...(healthcheck && {
      healthcheck: {
        test: ['CMD', ...healthcheck],
        interval: '10s',
        timeout: '5s',
        retries: 3,
        start_period: `${Math.min(readiness.timeout, 15)}s`,
      },
    }),
    mem_limit: inMebibytes(service.memory),
    memswap_limit: inMebibytes(service.memory),
    pids_limit: service.pids,
    ...(service.cpus !== null && { cpus: service.cpus }),
    stop_signal: service.stopSignal,
    stop_grace_period: `${service.stopTimeout}s`,
  }) as ComposeService;
}

/** What a further replica has otherwise than the first. */
export const composeReplica = (project: string, service: Service, { slot, addresses }: Replica): ComposeService => ({
  hostname: `${service.name}-${slot}`,
  networks: networksOf(project, service, addresses),
});

function networksOf(project: string, service: Service, addresses: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    service.networks.map(({ network, aliases }) => {
      const address = addresses[network];
      // That of the service's own name comes by itself.
      const others = aliases.filter((alias) => alias !== service.name || service.rollout !== null);
      const attachment = {
        ...(others.length > 0 && { aliases: others }),
        ...(address !== undefined && { ipv4_address: address }),
      };
      return [withoutProject(project, network), Object.keys(attachment).length > 0 ? attachment : null];
    }),
  );
}

const inMebibytes = (bytes: number): string | number => (bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2}m` : bytes);

const inBrackets = (bind: string): string => (bind.includes(':') ? `[${bind}]` : bind);

/** Compose fills in `$NAME` in every text; what is meant as it stands has its `$` doubled. */
export function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
}

import type { ContainerInspectInfo, NetworkInspectInfo } from 'dockerode';

/**
 * How a compose file starts its containers. `usual`: each waits for what it needs to be healthy, as people write it.
 * `hasty`: the same, and looks every second whether it is. `fastest`: all at once, which only works because of the
 * fixed addresses.
 */
export type ComposeForm = (typeof FORMS)[number];
export const FORMS = ['usual', 'hasty', 'fastest'] as const;

/** What the engine has of a stack. */
export interface RunningStack {
  project: string;
  containers: ContainerInspectInfo[];
  networks: NetworkInspectInfo[];
}

export interface ComposeOptions {
  form: ComposeForm;
  /** Folder with the files of a container, for its mount of them. */
  filesOf(container: ContainerInspectInfo): string;
  /** The other project's port in place of one of this machine's. */
  portFor(hostPort: string): number;
}

/** Between two health checks of the hasty form: compose waits for the first one. */
const HASTE = '1s';

/** What the types of dockerode leave out. */
type Config = ContainerInspectInfo['Config'] & { StopSignal?: string; StopTimeout?: number };

const SERVICE = 'dev.fortress.service';

/** What a service waits for, as a person writes it: until it is healthy, or has started where nothing tells its health. */
const NEEDS: Record<string, RegExp> = { gateway: /^api-/, exporter: /^gateway$/, prometheus: /^exporter$/ };

export const serviceOf = ({ Config }: ContainerInspectInfo): string => Config.Labels[SERVICE] ?? '';

const short = (name: string, project: string): string => name.replace(/^\//, '').slice(project.length + 1);

/**
 * The same stack as a compose file: images, networks, fixed addresses, ports, volumes, limits, health checks. Pure.
 * A service per replica, since `scale` knows no fixed addresses.
 */
export function composeFile(stack: RunningStack, options: ComposeOptions): object {
  const { project, containers, networks } = stack;
  const services = containers.map((container): [string, object] => [
    short(container.Name, project),
    { ...describe(container, stack, options), ...dependencies(container, stack, options.form) },
  ]);
  const volumes = containers.flatMap((container) =>
    dataVolumes(container).map(({ Name = '' }) => short(Name, project)),
  );
  return {
    services: Object.fromEntries(services),
    networks: Object.fromEntries(networks.map((network) => [short(network.Name, project), describeNetwork(network)])),
    volumes: Object.fromEntries(volumes.map((name) => [name, {}])),
  };
}

function describeNetwork({ Internal, IPAM, Options }: NetworkInspectInfo): object {
  const fixed = (IPAM?.Config ?? []).filter((range) => range['IPRange']);
  return {
    internal: Internal,
    driver_opts: Options ?? {},
    ...(fixed.length > 0 && {
      ipam: { config: fixed.map((range) => ({ subnet: range['Subnet'], ip_range: range['IPRange'] })) },
    }),
  };
}

const dataVolumes = ({ Mounts }: ContainerInspectInfo): ContainerInspectInfo['Mounts'] =>
  Mounts.filter(({ Type, Name = '' }) => Type === 'volume' && !/^[0-9a-f]{64}$/.test(Name));

function describe(container: ContainerInspectInfo, stack: RunningStack, options: ComposeOptions): object {
  const { HostConfig, Mounts } = container;
  const Config: Config = container.Config;
  const files = Mounts.filter((mount) => !dataVolumes(container).includes(mount));
  return {
    image: Config.Image,
    pull_policy: 'never',
    hostname: Config.Hostname,
    user: Config.User,
    ...(Config.Entrypoint && { entrypoint: escaped([Config.Entrypoint].flat()) }),
    ...(Config.Cmd && { command: escaped(Config.Cmd) }),
    environment: escaped(Config.Env),
    networks: joined(container, stack),
    ports: published(container, options),
    volumes: [
      ...files.map(({ Destination }) => `${options.filesOf(container)}:${Destination}:ro`),
      ...dataVolumes(container).map(({ Name = '', Destination }) => `${short(Name, stack.project)}:${Destination}`),
    ],
    tmpfs: Object.entries((HostConfig.Tmpfs ?? {}) as Record<string, string>).map(
      ([path, flags]) => `${path}:${flags}`,
    ),
    restart: HostConfig.RestartPolicy?.Name,
    read_only: HostConfig.ReadonlyRootfs,
    cap_drop: HostConfig.CapDrop ?? [],
    cap_add: HostConfig.CapAdd ?? [],
    security_opt: HostConfig.SecurityOpt ?? [],
    mem_limit: HostConfig.Memory,
    memswap_limit: HostConfig.MemorySwap,
    pids_limit: HostConfig.PidsLimit,
    logging: { driver: HostConfig.LogConfig?.Type, options: HostConfig.LogConfig?.Config },
    stop_signal: Config.StopSignal,
    stop_grace_period: `${Config.StopTimeout ?? 10}s`,
    ...healthcheck(container, options.form),
  };
}

/** Compose takes `$` for the start of a variable. */
const escaped = (words: string[]): string[] => words.map((word) => word.replaceAll('$', '$$$$'));

const fixedIn = (settings: { IPAMConfig?: unknown }): string | undefined =>
  (settings.IPAMConfig as { IPv4Address?: string } | null)?.IPv4Address;

/** Pure. */
export const fixedAddresses = ({ NetworkSettings }: ContainerInspectInfo): string[] =>
  Object.values(NetworkSettings.Networks).flatMap((settings) => fixedIn(settings) ?? []);

const joined = ({ Id, NetworkSettings }: ContainerInspectInfo, { project }: RunningStack): object =>
  Object.fromEntries(
    Object.entries(NetworkSettings.Networks).map(([name, settings]) => {
      const fixed = fixedIn(settings);
      const aliases = ((settings.Aliases ?? []) as string[]).filter((alias) => !Id.startsWith(alias));
      return [short(name, project), { aliases, ...(fixed && { ipv4_address: fixed }) }];
    }),
  );

function published({ HostConfig }: ContainerInspectInfo, { portFor }: ComposeOptions): string[] {
  const bindings = HostConfig.PortBindings as Record<string, { HostIp: string; HostPort: string }[]>;
  return Object.entries(bindings).flatMap(([port, hosts]) =>
    hosts.map(({ HostIp, HostPort }) => `${HostIp}:${portFor(HostPort)}:${port}`),
  );
}

const seconds = (nanoseconds = 0): string => `${nanoseconds / 1e9}s`;

function healthcheck({ Config }: ContainerInspectInfo, form: ComposeForm): object {
  const { Healthcheck } = Config;
  if (!Healthcheck?.Test) return {};
  return {
    healthcheck: {
      test: escaped([Healthcheck.Test].flat()),
      interval: form === 'hasty' ? HASTE : seconds(Healthcheck.Interval),
      timeout: seconds(Healthcheck.Timeout),
      start_period: seconds(Healthcheck.StartPeriod),
      retries: Healthcheck.Retries,
    },
  };
}

function dependencies(
  container: ContainerInspectInfo,
  { project, containers }: RunningStack,
  form: ComposeForm,
): object {
  const needed = form === 'fastest' ? undefined : NEEDS[serviceOf(container)];
  if (needed === undefined) return {};
  const others = containers.filter((other) => needed.test(serviceOf(other)));
  return {
    depends_on: Object.fromEntries(
      others.map(({ Name, Config }) => [
        short(Name, project),
        { condition: Config.Healthcheck?.Test ? 'service_healthy' : 'service_started' },
      ]),
    ),
  };
}

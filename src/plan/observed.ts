/** What the engine has, reduced to what a plan needs. Plain data, so that plans are tested without an engine. */
export interface Observed {
  containers: ObservedContainer[];
  networks: ObservedNetwork[];
  /** Names of this project's data volumes. */
  volumes: string[];
  /** Configuration volumes whose container somebody removed without them; they hold a key and hashes. */
  leftovers: string[];
  /** References of all images of the engine. */
  images: ReadonlySet<string>;
  /** Images that were built for this project. */
  built: BuiltImage[];
  /** CIDRs that a new network must not overlap: those of other networks and of this machine. */
  takenSubnets: string[];
}

export interface ObservedContainer {
  name: string;
  service: string;
  /** The n of `<project>-<service>-<n>`. */
  slot: number;
  /** Label: hash of the spec it was made from. */
  hash: string;
  /** Label: the spec itself, to say what changed. */
  spec: string;
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  /** The engine's own health check; null where the container has none or isn't running. */
  health: 'starting' | 'healthy' | 'unhealthy' | null;
  networks: string[];
  /** Label: its fixed addresses by network. */
  addresses: Record<string, string>;
  /** sha256 by path of the files it runs with; null when it never got that far. Read for reloadable services only. */
  appliedFiles: Record<string, string> | null;
}

export interface BuiltImage {
  reference: string;
  /** Names of containers that are not the project's. */
  usedBy: string[];
}

export interface ObservedNetwork {
  name: string;
  subnet: string | null;
}

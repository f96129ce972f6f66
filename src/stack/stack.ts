import type { ImageName } from '../images/image-source.js';

/** The desired state as plain data: what should be there, not how to get there. */
export interface Stack {
  project: string;
  networks: Network[];
  volumes: Volume[];
  services: Service[];
  /** What the configuration asks for and cannot be had here, with the reason. */
  omitted: { service: string; reason: string }[];
}

export interface Network {
  /** Engine name, `<project>-backend`. */
  name: string;
  /** No way out and no published port. */
  internal: boolean;
  /** Where replicas have fixed addresses; null: the engine chooses. */
  addresses: AddressPlan | null;
}

export interface AddressPlan {
  /** CIDR. */
  subnet: string;
  /** CIDR, the upper half, from which the engine may hand out addresses; the lower half is ours for fixed ones. */
  dynamicRange: string;
}

export interface Volume {
  /** Engine name, `<project>-prometheus-data`. */
  name: string;
}

export interface Service {
  /** `gateway`, `api-v1`, `prometheus` … */
  name: string;
  image: { name: ImageName; reference: string; origin: string };
  replicas: number;
  entrypoint: string[];
  command: string[];
  env: Record<string, string>;
  /** `uid:gid` inside the container. */
  user: string;
  networks: Attachment[];
  ports: PublishedPort[];
  /** Named data volumes by mount path. */
  volumes: { name: string; path: string }[];
  /** Writable memory file systems by path; value: mount options. */
  tmpfs: Record<string, string>;
  /** How a running container takes changed files. */
  onFileChange: FileChange;
  readiness: Readiness;
  /** The engine's own health check, a command inside the container; null: that of the image, if it has one. */
  healthcheck: string[] | null;
  /** Bytes. */
  memory: number;
  /** Null: all that there are. */
  cpus: number | null;
  pids: number;
  stopSignal: 'SIGTERM' | 'SIGQUIT';
  /** Seconds between the stop signal and SIGKILL. */
  stopTimeout: number;
  /** How the replicas behind the gateway give way to new ones; null: one container, whose ports its successor needs. */
  rollout: Rollout | null;
}

/** How replicas change while others serve. */
export interface Rollout {
  /** Start-first needs room for both at once; stop-first does with less, and serves with fewer meanwhile. */
  order: 'start-first' | 'stop-first';
  /** Replicas at a time; null: all. */
  batch: number | null;
  /** Seconds that requests which the gateway has begun may take before an old replica is stopped. */
  drain: number;
}

/** An image that could be referenced. */
export type AvailableImage = Service['image'];

export interface Attachment {
  network: string;
  aliases: string[];
  /** Its containers get addresses of their own in the lower half of the subnet; else the engine chooses. */
  fixedAddress: boolean;
}

export interface PublishedPort {
  bind: string;
  host: number;
  container: number;
}

/** A file that is put into a container's own configuration volume before it starts. */
export interface ServiceFile {
  /** Relative to `FILES_CURRENT`. */
  path: string;
  /** The content, or (for large and binary files) the absolute path on this machine to read it from. */
  content: string | Buffer | { source: string };
  /** sha256 of the content, hex. */
  hash: string;
  /** Its content is never shown: not in a diff, not in a log. */
  secret: boolean;
}

export type FileChange =
  | { kind: 'recreate' }
  /** `test` must exit 0 on the staged files, then `signal` makes process 1 read them. */
  | {
      kind: 'reload';
      test: string[];
      signal: NodeJS.Signals;
      confirm: 'new-workers' | 'none';
      announce: Announcement | null;
    };

/** How a service tells its clients that their connections are about to end. */
export interface Announcement {
  /** Commands inside the container; `begin` takes itself back should nobody call `end`. */
  begin: string[];
  end: string[];
  /** That clients have to come back on new connections. */
  seconds: number;
}

export interface Readiness {
  /** Container port and path that answers 200 when the service can do its work. */
  port: number;
  path: string;
  /** Seconds. */
  timeout: number;
}

/** Where a container's configuration volume is mounted, where the live files lie in it, and where new ones are staged. */
export const FILES_ROOT = '/etc/fortress';
export const FILES_CURRENT = `${FILES_ROOT}/current`;
export const FILES_NEXT = `${FILES_ROOT}/next`;

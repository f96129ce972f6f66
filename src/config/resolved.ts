import type { HookFunction, HookName, KeyType, PasswordHash } from './types.js';

/** The configuration with every default filled in and every path absolute. Plain data; nothing in it is optional by accident. */
export interface ResolvedConfig {
  project: string;
  preset: 'default' | 'exam';
  /** Folder of the configuration file. */
  root: string;
  /** `<root>/.fortress`: secrets, certificates, lock, build contexts. */
  stateDir: string;
  gateway: {
    hosts: string[];
    bind: string;
    httpPort: number;
    httpsPort: number;
    bodyLimit: string;
    users: ResolvedUser[];
    rateLimit: { requestsPerSecond: number; burst: number; status: number } | null;
    connectionsPerClient: number;
    passwords: { hash: PasswordHash; wrongPerMinute: number };
    tls: {
      key: KeyType;
      days: number;
      renewBeforeDays: number;
      hsts: boolean;
      caFile: string | null;
      /** A certificate that is not fortress's; null: fortress makes it. */
      own: OwnCertificatePaths | null;
    };
  };
  apis: ResolvedApi[];
  routes: ResolvedRoutes;
  monitoring: {
    bind: string;
    exporterPort: number;
    prometheusPort: number;
    scrapeInterval: string;
    retention: string;
    grafana: { port: number; user: string; password: string | null } | null;
  } | null;
  images: {
    /** Whose images are built: the project's, in a copy of it too. */
    project: string;
    source: 'auto' | 'registry' | 'debian' | 'archive';
    references: Record<'nginx' | 'node' | 'python' | 'exporter' | 'prometheus' | 'grafana', string>;
  };
  /** A guard is to restart containers that the engine leaves dead. */
  guard: boolean;
  hooks: ResolvedHooks;
  templates: string | null;
}

/** Asked in this order: the rules by header, the weights, the default. */
export interface ResolvedRoutes {
  default: string;
  rules: { header: string; value: string; to: string }[];
  /** Percent of the clients that no rule took; together at most 99. */
  weights: { percent: number; to: string }[];
}

/** `timeout`: milliseconds, of each. */
export type ResolvedHooks = Record<HookName, ResolvedHook | null> & { timeout: number };

/** JSON keeps of a function only that it was one: `run` is missing where a configuration was stored. */
export type ResolvedHook =
  | { kind: 'shell'; command: string }
  | { kind: 'program'; arguments: string[] }
  | { kind: 'function'; run?: HookFunction };

/** Absolute paths of PEM files that belong to the person. */
export interface OwnCertificatePaths {
  /** The gateway's certificate, and those between it and its CA. */
  certificate: string;
  certificateKey: string;
  /** What clients are to trust; null: the certificates themselves. */
  ca: string | null;
}

/** `password: null` means: make a random one and keep it in the state folder. */
export interface ResolvedUser {
  name: string;
  password: string | null;
}

/** What runs as an API. */
export type ResolvedBackend =
  /** fortress's own model server. */
  | { kind: 'server' }
  /** `context`: absolute; `dockerfile`: relative to it. */
  | { kind: 'build'; context: string; dockerfile: string; args: Record<string, string> }
  | { kind: 'image'; reference: string };

export interface ResolvedApi {
  /** Key in `apis`: `v1`; its service is `api-v1`. */
  name: string;
  backend: ResolvedBackend;
  /** Absolute path of the ONNX file; a model of `fortress train` has its `model.json` beside it. Null: it brings its own. */
  model: string | null;
  port: number;
  /** Path that answers 200 when it can predict. */
  health: string;
  /** Path of figures for Prometheus; null: none. */
  metrics: string | null;
  env: Record<string, string>;
  /** Absolute paths by the name that the file has in the container. */
  secrets: Record<string, string>;
  user: string;
  replicas: number;
  debug: boolean;
  /** Bytes. */
  memory: number;
  /** Null: all. */
  cpus: number | null;
  pids: number;
  /** Seconds. */
  startTimeout: number;
  rollout: {
    order: 'start-first' | 'stop-first';
    /** Replicas at a time; null: all. */
    batch: number | null;
    /** Seconds. */
    drain: number;
  };
}

import type { KeyType } from './types.js';

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
    tls: { key: KeyType; days: number; renewBeforeDays: number; caFile: string | null };
  };
  apis: ResolvedApi[];
  routes: { default: string; rules: { header: string; value: string; to: string }[] };
  monitoring: {
    bind: string;
    exporterPort: number;
    prometheusPort: number;
    scrapeInterval: string;
    retention: string;
    grafana: { port: number; user: string; password: string | null } | null;
  } | null;
  images: {
    source: 'auto' | 'registry' | 'debian';
    references: Record<'nginx' | 'node' | 'exporter' | 'prometheus' | 'grafana', string>;
  };
  templates: string | null;
}

/** `password: null` means: make a random one and keep it in the state folder. */
export interface ResolvedUser {
  name: string;
  password: string | null;
}

export interface ResolvedApi {
  /** Key in `apis`: `v1`; its service is `api-v1`. */
  name: string;
  /** Absolute path of the ONNX file; a model of `fortress train` has its `model.json` beside it. */
  model: string;
  replicas: number;
  debug: boolean;
  /** Bytes. */
  memory: number;
}

/**
 * What a person writes in `fortress.config.ts`. Every field has a default; see `resolved.ts` for
 * what becomes of it.
 */
export interface FortressConfig {
  /** Prefix of every container, network and volume. Default: the folder's name. */
  project?: string;
  /** The values to start from; what you write here wins. `exam`: the course's fixed values. Default: `default`. */
  preset?: 'default' | 'exam';
  gateway?: GatewayConfig;
  /** The APIs behind the gateway, by name. Default: `v1` (3 replicas) and `v2` (debug). */
  apis?: Record<string, ApiConfig>;
  /** Which requests go to which API: the first rule that matches. Rules with a header come first, then those with a weight, then the default. */
  routes?: RouteConfig[];
  /** `false` runs neither exporter nor Prometheus nor Grafana. */
  monitoring?: MonitoringConfig | false;
  images?: ImagesConfig;
  /** A process on this machine that restarts containers that the engine leaves dead; see docs/self-healing.md. Default: `true`. */
  guard?: boolean;
  /** What is run before and after changes of the stack. */
  hooks?: HooksConfig;
  /** A folder whose files replace the built-in templates of the same path, e.g. `templates/nginx/nginx.conf.eta`. */
  templates?: string;
}

export interface GatewayConfig {
  /** Names and addresses that clients use; the first is the declared one, all are in the certificate. Default: `['localhost', '127.0.0.1']`. */
  hosts?: string[];
  /** Address of this machine on which the two ports are published. Default: `0.0.0.0` (all). */
  bind?: string;
  /** Published port of plain HTTP, which only redirects. Default: 80 (exam: 8080). */
  httpPort?: number;
  /** Published port of HTTPS. Default: 443. */
  httpsPort?: number;
  /** Largest request body, in nginx's notation. Default: `64k`. */
  bodyLimit?: string;
  /** Who may call the API. A name without a password gets a random one, kept in `.fortress/secrets`. Default: `['admin']`. */
  users?: (string | UserConfig)[];
  /** Requests per second and client address; `false` switches the limit off. Default: 10/s, burst 5, status 503. */
  rateLimit?: RateLimitConfig | false;
  /** Requests of one client address that may be under way at a time; more get 503. Default: 256. */
  connectionsPerClient?: number;
  passwords?: PasswordsConfig;
  tls?: TlsConfig;
}

export interface PasswordsConfig {
  /** How passwords are kept in the gateway. `apr1`: the weak one of Apache, which tools of old age can check, too. Default: `sha512-crypt`. */
  hash?: PasswordHash;
  /** Wrong passwords that a client address may try each minute, 5 to 1000; after that it gets 429. Default: 60. */
  wrongPerMinute?: number;
}

export type PasswordHash = 'sha512-crypt' | 'apr1';

export interface UserConfig {
  name: string;
  password?: string;
}

export interface RateLimitConfig {
  /** Sustained requests per second per client address. Default: 10. */
  requestsPerSecond?: number;
  /** How many requests may come at once on top of the rate. Default: 5. */
  burst?: number;
  /** What a rejected request gets. Default: 503. */
  status?: number;
}

export interface TlsConfig {
  /** Key of the CA and of the gateway's certificate. Default: `ecdsa-p256`. */
  key?: KeyType;
  /** Validity of the gateway's certificate, in days. Default: 365. */
  days?: number;
  /** Days before expiry from which `up` renews it. Default: 30. */
  renewBeforeDays?: number;
  /** Tells browsers to use nothing but HTTPS with this host for two years (HSTS). Default: false. */
  hsts?: boolean;
  /** Where a copy of the CA certificate is put for your clients, e.g. `deployments/nginx/certs/nginx.crt`. */
  caFile?: string;
  /** A certificate of your own: a PEM file, the gateway's certificate first, then those that lead to its CA. fortress never renews it. */
  certificate?: string;
  /** Its private key, PEM, not encrypted. */
  certificateKey?: string;
  /** The CA that clients are to trust for it, PEM. Default: the certificates of `certificate` themselves. */
  ca?: string;
}

export type KeyType = 'ecdsa-p256' | 'rsa-2048' | 'rsa-4096';

/**
 * An API: fortress's own model server, unless `build` or `image` says what runs instead. That gets the same
 * environment: `PORT`, `MODEL_PATH` (with a `model`), `API_VERSION`, `DEBUG_PROBABILITIES`, `MODEL_NAME`, `BODY_LIMIT`.
 */
export interface ApiConfig {
  /** The ONNX model: of `fortress train`, with its `model.json` beside it, or any classifier of strings. Default: `model/model.onnx`; with `build` or `image`: none. */
  model?: string;
  /** A folder with a Dockerfile, from which the API's image is built. */
  build?: string | BuildConfig;
  /** An image that is used as it is, e.g. `ghcr.io/example/emotion:1.4`. */
  image?: string;
  /** Port that it listens on inside its container. Default: 8000. */
  port?: number;
  /** Path that answers 200 when it can predict. Default: `/health`; fortress's own server: `/ready`. */
  health?: string;
  /** Path of figures for Prometheus; `false`: it has none. Default: `false`; fortress's own server: `/metrics`. */
  metrics?: string | false;
  /** Further environment variables. Not for secrets: whoever may ask the engine reads them. */
  env?: Record<string, string>;
  /** Files that only the API may read, by the name that each has in the folder that `SECRETS_PATH` names. */
  secrets?: Record<string, string>;
  /** User in the container. Default: `10001:10001`. */
  user?: string;
  /** Processors that a replica may use, e.g. `1.5`. Default: all. */
  cpus?: number;
  /** Processes and threads of a replica. Default: 128. */
  pids?: number;
  /** How long a replica may take until it answers at `health`. Default: `60s`. */
  startTimeout?: string;
  /** Containers of this API. Default: 1. */
  replicas?: number;
  /** Adds `prediction_proba_dict` to every answer. Default: false. */
  debug?: boolean;
  /** Memory limit per replica, e.g. `512m`. Default: `512m`. */
  memory?: string;
  rollout?: RolloutConfig;
}

export interface BuildConfig {
  /** The folder that is sent to the engine, but for what its `.dockerignore` names. */
  context: string;
  /** Inside the context. Default: `Dockerfile`. */
  dockerfile?: string;
  /** Values of the Dockerfile's ARGs. `PYTHON_IMAGE` and `NODE_IMAGE` are set for a Dockerfile that declares them. */
  args?: Record<string, string>;
}

/** How replicas give way to new ones when something about them changes. */
export interface RolloutConfig {
  /** `start-first`: the new ones run beside the old until they are ready. `stop-first`: needs no room for both. Default: `start-first`. */
  order?: 'start-first' | 'stop-first';
  /** Replicas at a time. Default: all; stop-first: 1. */
  batch?: number;
  /** How long requests that are under way may take before an old replica is stopped. Default: `10s`. */
  drain?: string;
}

export interface RouteConfig {
  /** A request header; the rule matches when it is present with exactly `value`. */
  header?: string;
  value?: string;
  /**
   * Percent of the clients, 1 to 99, whose requests no header rule has taken; which ones depends on their address
   * alone. A rule with neither header nor weight is the default.
   */
  weight?: number;
  /** Name of the API, a key of `apis`. */
  to: string;
}

export interface MonitoringConfig {
  /** Address of this machine on which the three ports are published. Default: `127.0.0.1`. */
  bind?: string;
  /** Default: 9113. */
  exporterPort?: number;
  /** Default: 9090. */
  prometheusPort?: number;
  /** How often Prometheus asks, e.g. `5s`. Default: `5s`. */
  scrapeInterval?: string;
  /** How long Prometheus keeps samples, e.g. `15d`. Default: `15d`. */
  retention?: string;
  /** `false` runs no Grafana. */
  grafana?: GrafanaConfig | false;
}

export interface GrafanaConfig {
  /** Default: 3000. */
  port?: number;
  /** Default: `admin`. */
  user?: string;
  /** Default: a random one, kept in `.fortress/secrets`. */
  password?: string;
}

export interface ImagesConfig {
  /** `registry`: official images. `debian`: built here from Debian's signed packages. `archive`: those that the engine has, none is got (`fortress images load`). `auto`: registry if one answers, else Debian. Default: `auto`. */
  source?: 'auto' | 'registry' | 'debian' | 'archive';
  /** Other references for the official images. */
  references?: Partial<Record<'nginx' | 'node' | 'python' | 'exporter' | 'prometheus' | 'grafana', string>>;
}

export interface HooksConfig {
  /** When `up` is about to change something; its failure stops that before anything is touched. */
  beforeUp?: Hook;
  /** When `up` has changed something and the stack serves; its failure makes the command exit 1, the stack stays up. */
  afterUp?: Hook;
  /** When `down` is about to remove something; its failure stops that before anything is touched. */
  beforeDown?: Hook;
  /** How long each may take, e.g. `10m`. Default: `10m`. */
  timeout?: string;
}

/** A line for `sh`, a program with its arguments (run in the folder of the configuration), or a function. */
export type Hook = string | string[] | HookFunction;
export type HookFunction = (event: HookEvent) => void | Promise<void>;
export type HookName = 'beforeUp' | 'afterUp' | 'beforeDown';

/** What a hook is told: a function as its argument, a program as JSON on stdin and in the file `FORTRESS_PLAN`. */
export interface HookEvent {
  hook: HookName;
  project: string;
  /** What is about to be done, or was done: as `fortress plan --json` has it. */
  plan: HookPlan;
}

export interface HookPlan {
  project: string;
  /** How replicas give way to new ones, where they do. */
  rollouts: HookRollout[];
  /** In an order in which they can be done. */
  operations: HookOperation[];
}

export interface HookRollout {
  /** `api-v1` */
  service: string;
  order: 'start-first' | 'stop-first';
  /** How many at a time, and in how many steps. */
  batch: number;
  steps: number;
  /** Why not as the configuration says; null: it is as it says. */
  because: string | null;
}

export interface HookOperation {
  id: string;
  /** `container.create`, `container.reload` … */
  kind: string;
  /** Ids of the operations that come before it. */
  after: string[];
  /** Why it is done: `image changed`. */
  cause: string;
  /** What it means for those who use the stack: `none`, `reload`, `rolling`, `stop-first`, `data loss`. */
  effect: string;
}

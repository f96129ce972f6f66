import { countAnswered } from './traffic.js';
import { createGovernor } from './governor.js';
import { createMasker } from './masking.js';
import type { Ask, Reply } from './reply.js';
import { openTransport } from './transport.js';

/** What is asked and what is promised of it. Plain data: made from our own stack, or later from flags. */
export interface TargetSpec {
  /** Declared HTTPS origin, e.g. `https://localhost` or `https://localhost:8443`. */
  https: string;
  /** Plain HTTP origin that must redirect. */
  http: string;
  /** Address that the two origins are reached at; null: whatever their host name resolves to. */
  connectTo: string | null;
  user: string;
  password: string;
  /** PEM of the CA that clients are told to trust. */
  ca: string;
  predictPath: string;
  /** The header that leads to the API with probabilities; null: there is no such route. */
  experiment: { header: string; value: string } | null;
  /** What the two APIs call themselves in `X-Api-Version`; null: not known, any two different names will do. */
  versions: { default: string; experiment: string } | null;
  /** Replicas promised for the default route. */
  replicas: number;
  /** Replicas promised of each API, by its name. */
  arms: Record<string, number>;
  /** Containers of the APIs that run, by what they call themselves; null: there was no engine to ask. */
  instances: string[] | null;
  /** Every label a prediction may have; empty: not known. */
  labels: string[];
  /** `status: null` accepts any of the usual rejections. */
  rateLimit: { requestsPerSecond: number; burst: number; status: number | null } | null;
  exporter: string | null;
  prometheus: PrometheusSpec | null;
  grafana: { url: string; user: string; password: string } | null;
  /** Why a part that the configuration asks for is not there, by service name; its check reports `skip` with it. */
  omitted: Record<string, string>;
}

export interface PrometheusSpec {
  url: string;
  scrapeIntervalSeconds: number;
  /** From a new configuration to the first scrape by it, at most. */
  discoverySeconds: number;
}

/** A deployment that questions can be put to. Asking never throws: a connection error is a `Reply` without a status. */
export interface Target {
  readonly spec: TargetSpec;
  /** Milliseconds between two paced requests. */
  readonly pace: number;
  /** Milliseconds that a service which has just started may take for what it does in the background. */
  readonly patience: number;
  /** A request to the gateway, in its turn: paced requests never exceed the rate limit together. */
  ask(request: Ask): Promise<Reply>;
  /** A request at once: for floods, and for services other than the gateway. */
  askNow(request: Ask): Promise<Reply>;
  /** Paced requests that share one keep-alive socket. */
  openSocket(): PacedSocket;
  /** Requests that the gateway has answered so far. */
  answered(): number;
  /** Nobody has a paced request under way or waiting. */
  idle(): boolean;
  close(): Promise<void>;
}

interface PacedSocket {
  ask(request: Ask): Promise<Reply>;
  /** Connections that were made; more than one when the server closed it in between. */
  connections(): number;
  close(): Promise<void>;
}

const SLOWEST_PACE = 250;
const PATIENCE = 30_000;

/**
 * Opens the HTTP side of a target. Connects on the first request; `close` ends every socket.
 * @param options `pace`: milliseconds between paced requests; default: what the promised rate allows;
 *   `patience`: milliseconds for a service's work in the background after a start
 */
export function openTarget(
  spec: TargetSpec,
  { pace = paceFor(spec), patience = PATIENCE }: { pace?: number; patience?: number } = {},
): Target {
  const governor = createGovernor(pace);
  const transport = openTransport(spec, createMasker(spec));
  const traffic = countAnswered(spec);
  const askNow = async (request: Ask): Promise<Reply> => traffic.note(request, await transport.send(request));
  return {
    spec,
    pace,
    patience,
    askNow,
    ask: (request) => governor.turn(() => askNow(request)),
    openSocket: () => {
      const socket = transport.openSocket();
      return {
        ...socket,
        ask: (request) => governor.turn(async () => traffic.note(request, await socket.send(request))),
      };
    },
    answered: traffic.answered,
    idle: governor.idle,
    close: transport.close,
  };
}

/** Two thirds of the promised rate at most, and never more than four requests a second. */
function paceFor({ rateLimit }: TargetSpec): number {
  return rateLimit ? Math.max(SLOWEST_PACE, 1500 / rateLimit.requestsPerSecond) : SLOWEST_PACE;
}

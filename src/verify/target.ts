import type { Deployment } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';
import { countTraffic, type Traffic } from './traffic.js';
import { createGovernor, type Paces } from './governor.js';
import { isLimited } from './limited.js';
import { createMasker } from './masking.js';
import type { PromisedPort } from './promised-ports.js';
import type { Ask, Reply } from './reply.js';
import type { SecretText } from './secret-texts.js';
import { openTransport } from './transport.js';

export interface PromisedArm {
  replicas: number;
  /** In its metrics, as fortress's own server does. */
  saysItsName: boolean;
}

/** What is asked and what is promised of it. Plain data: made from our own stack, or from flags and a profile. */
export interface TargetSpec {
  /** Fortress made it, so that its commands help. */
  isOwn: boolean;
  /** Declared HTTPS origin, e.g. `https://localhost` or `https://localhost:8443`. */
  https: string;
  /** Plain HTTP origin that must redirect. */
  http: string;
  /** Address that the two origins are reached at; null: whatever their host name resolves to. */
  connectTo: string | null;
  /** IP address that the host of `https` was found to lead to; left out where nobody looked it up, or it led nowhere. */
  resolved?: string;
  user: string;
  password: string;
  /** PEM of the CA that clients are told to trust; null: not known, so connections are made without asking. */
  ca: string | null;
  predictPath: string;
  /** Key of the text in a request's body. */
  requestField: string;
  /** Keys of the label and of the table of probabilities in an answer's body. */
  responseField: string;
  probabilitiesField: string;
  /** The header that leads to the API with probabilities; null: there is no such route. */
  experiment: { header: string; value: string } | null;
  /** What the two APIs call themselves in `X-Api-Version`; null: not known, any two different names will do. */
  versions: { default: string; experiment: string } | null;
  /** How clients without a header are shared out; left out where all of them go to the default API. */
  split?: ClientSplit;
  /** Replicas promised for the default route. */
  replicas: number;
  /** Of each API whose replicas have metrics, by its name, what is promised; empty: nobody promises these. */
  arms: Record<string, PromisedArm>;
  /** Containers of the APIs that run, by what they call themselves; null: there was no engine to ask. */
  instances: string[] | null;
  /** Every label a prediction may have; empty: not known. */
  labels: string[];
  /** `status: null` accepts any of the usual rejections. */
  rateLimit: { requestsPerSecond: number; burst: number; status: number | null } | null;
  exporter: string | null;
  prometheus: PrometheusSpec | null;
  grafana: { url: string; user: string; password: string } | null;
  /** The ports that may be published, and where; left out: those of the addresses above, anywhere. */
  published?: PromisedPort[];
  /** What must be seen nowhere; left out: the credentials above, and nothing else is known. */
  secrets?: SecretText[];
  /** What the Docker Engine shows of the stack. */
  deployment: Deployment;
  /**
   * Why a part that is promised, or that verify looks for, is not there to be asked, by service name; its check
   * reports it. `http`: where plain HTTP is could not be found.
   */
  omitted: Record<string, string>;
}

export interface ClientSplit {
  /** Percent of the clients by name of the API, as it calls itself in `X-Api-Version`; together 100. */
  shares: Record<string, number>;
  /** The API that gets what the weights leave. */
  default: string;
  /** Secret with which a request may name the client that it is to be taken for; null: there is none yet. */
  token: string | null;
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
  /** The engine that runs the deployment; null: there is none to ask. */
  readonly engine: EngineProbe | null;
  /** Milliseconds between two paced requests; more once the target has rejected one. */
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
  /** The same, by kind. */
  traffic(): Traffic;
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

interface TargetOptions {
  pace?: number;
  patience?: number;
  engine?: EngineProbe | null;
}

/** Milliseconds, where the promised rate allows it; the slow one leaves room for a lower limit and a busy machine. */
const USUAL_PACE = 150;
const SLOW_PACE = 250;
const PATIENCE = 30_000;

/**
 * Opens the HTTP side of a target. Connects on the first request; `close` ends every socket.
 * @param options `pace`: milliseconds between paced requests; default: what the promised rate allows;
 *   `patience`: milliseconds for a service's work in the background after a start; `engine`: what runs the deployment
 */
export function openTarget(spec: TargetSpec, { pace, patience = PATIENCE, engine = null }: TargetOptions = {}): Target {
  const governor = createGovernor(pace === undefined ? pacesFor(spec) : { usual: pace, slow: pace });
  const transport = openTransport(spec, createMasker(spec));
  const { note, traffic } = countTraffic(spec);
  const askNow = async (request: Ask): Promise<Reply> => note(request, await transport.send(request));
  const inTurn = (send: () => Promise<Reply>): Promise<Reply> =>
    governor.turn(async () => {
      const reply = await send();
      if (isLimited(reply, spec.rateLimit?.status ?? null)) governor.slowDown();
      return reply;
    });
  return {
    spec,
    engine,
    get pace() {
      return governor.pace();
    },
    patience,
    askNow,
    ask: (request) => inTurn(() => askNow(request)),
    openSocket: () => {
      const socket = transport.openSocket();
      return {
        ...socket,
        ask: (request) => inTurn(async () => note(request, await socket.send(request))),
      };
    },
    answered: () => traffic().answered,
    traffic,
    idle: governor.idle,
    close: transport.close,
  };
}

/** Two thirds of the promised rate at most. */
function pacesFor({ rateLimit }: TargetSpec): Paces {
  const least = rateLimit ? 1500 / rateLimit.requestsPerSecond : 0;
  return { usual: Math.max(USUAL_PACE, least), slow: Math.max(SLOW_PACE, least) };
}

import { Agent } from 'node:https';
import type { ResolvedConfig, ResolvedRoutes } from '../config/resolved.js';
import type { Credentials } from '../credentials/prepare.js';
import type { EngineAddress } from '../engine/docker/address.js';
import { messageOf } from '../errors.js';
import { apiService } from '../stack/names.js';
import { askForPrediction, gatewayAddress, KeptConnectionClosed, type PredictionRequest } from './prediction.js';
import { isLimited, summarizeProbe, type ProbeReport, type Sample } from './report.js';
import { CLIENT_HEADER, PROBE_HEADER, probeToken } from './token.js';

export type { ProbeReport } from './report.js';

/** A stream of requests that runs until it is stopped. */
export interface Probe {
  /** Waits for the requests that are under way, at most 10 s, and tells what became of all. */
  stop(): Promise<ProbeReport>;
}

/** Milliseconds between two requests: 25 a second. */
const INTERVAL = 40;
/** Milliseconds that the probe keeps quiet where it takes from the clients' limit: the gateway does not know it yet. */
const QUIET = 3_000;
const KEPT_CONNECTIONS = 4;

/**
 * Begins to send real predictions through the gateway's published port, evenly in time whatever the answers.
 * @param credentials those that the gateway has or is about to get
 */
export function startProbe(config: ResolvedConfig, credentials: Credentials, engine: EngineAddress): Probe {
  const startedAt = performance.now();
  const now = (): number => performance.now() - startedAt;
  const limitStatus = config.gateway.rateLimit?.status ?? null;
  const agents = Array.from({ length: KEPT_CONNECTIONS }, () => new Agent({ keepAlive: true }));
  const request = { config, credentials, address: gatewayAddress(config, engine) };
  const turns = turnsOf(request, probeToken(credentials.hashKey), agents);
  const samples: Sample[] = [];
  const underWay = new Set<Promise<void>>();
  let quietUntil = 0;

  const send = async ({ api, asked, agent }: Turn): Promise<void> => {
    const at = now();
    const answer = await askLikeCurl(asked, agent);
    samples.push({ at, milliseconds: now() - at, api, ...answer });
    if (typeof answer.outcome !== 'string' && isLimited(answer.outcome, limitStatus)) quietUntil = now() + QUIET;
  };
  const tick = (): void => {
    if (now() < quietUntil) return;
    const sending = send(turns.next().value).finally(() => underWay.delete(sending));
    underWay.add(sending);
  };

  tick();
  const timer = setInterval(tick, INTERVAL);
  // Whoever forgets to stop it must not be kept from exiting.
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      const seconds = now() / 1000;
      await Promise.all(underWay);
      for (const agent of agents) agent.destroy();
      return summarizeProbe(samples, seconds, limitStatus);
    },
  };
}

interface Turn {
  /** Service of the API that it is meant for. */
  api: string;
  asked: PredictionRequest;
  /** Without one: on a new connection. */
  agent: Agent | undefined;
}

/** Every second one on a kept connection; of each kind, one after the other along every route. */
function* turnsOf(base: PredictionRequest, token: string, agents: Agent[]): Generator<Turn, never> {
  const { routes } = base.config;
  for (let turn = 0; ;) {
    for (const { api, headers } of routesOf(routes)) {
      for (const agent of [agents[(turn / 2) % agents.length], undefined]) {
        // Where clients are shared out by weight each request is another client: else none might reach a small share.
        const client = routes.weights.length === 0 ? {} : { [CLIENT_HEADER]: `probe-${turn}` };
        yield { api, agent, asked: { ...base, headers: { ...headers, [PROBE_HEADER]: token, ...client } } };
        turn += 1;
      }
    }
  }
}

/** A change of an API that only a header leads to is proven by requests with that header. */
const routesOf = ({ default: fallback, rules }: ResolvedRoutes): { api: string; headers: Record<string, string> }[] => [
  { api: apiService(fallback), headers: {} },
  ...rules.map(({ header, value, to }) => ({ api: apiService(to), headers: { [header]: value } })),
];

/**
 * A server may close a kept connection at any time, nginx does so at every reload, and a request can be on its way
 * then. curl and browsers ask again on a new connection when no byte of an answer had come, and so do we; it is counted.
 */
async function askLikeCurl(
  request: PredictionRequest,
  agent: Agent | undefined,
): Promise<Pick<Sample, 'outcome' | 'reconnected'>> {
  try {
    return { outcome: await askForPrediction({ ...request, ...(agent ? { agent } : {}) }), reconnected: false };
  } catch (error) {
    if (!(error instanceof KeptConnectionClosed)) return { outcome: messageOf(error), reconnected: false };
    return { outcome: await askForPrediction(request).catch(messageOf), reconnected: true };
  }
}

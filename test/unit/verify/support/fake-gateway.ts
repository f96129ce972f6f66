import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { basicToken } from '../../../../src/verify/masking.js';
import type { TargetSpec } from '../../../../src/verify/target.js';
import type { Identity } from './certificates.js';
import { LeakyBucket } from './leaky-bucket.js';
import { listen, type Listening } from './listen.js';

const LABELS = ['love', 'sadness', 'worry'];
const USER = 'ana';
const PASSWORD = 'correct-horse-battery';

/** How the fake misbehaves; without any it is a gateway as it should be. */
export interface Faults {
  /** How many replicas take turns; a list gives each one's weight. */
  replicas?: number[];
  noInstanceIds?: boolean;
  limit?: { rate: number; burst: number; status?: number; delay?: boolean };
  /** After the first rejection nobody is ever served again. */
  ban?: boolean;
  auth?: 'none' | 'without challenge' | 'debug is open' | 'GET is open' | 'any password' | 'nobody is let in';
  /** Whether a value of the experiment header leads to v2. */
  isExperiment?: (value: string | undefined) => boolean;
  /** What v2 calls itself. */
  experimentVersion?: string;
  probabilities?: Record<string, number>;
  /** `location` gets the path with its query. */
  redirect?: { status: number; location: (path: string, httpsPort: number) => string };
  statusPage?: boolean;
  /** Paths that are proxied to the API without authentication. */
  open?: string[];
  api?: 'down' | 'crashes on bad input' | 'always the same' | 'accepts anything' | 'unknown label';
  /** 200 and the same body to everybody, whatever the request. */
  staticFake?: string;
}

export interface FakeGateway {
  spec: TargetSpec;
  /** Requests that were answered. */
  handled(): number;
  close(): Promise<void>;
}

/** A gateway in miniature on real sockets, with nginx's order: limit, then authentication, then routing. */
export async function startGateway(identity: Identity, faults: Faults = {}): Promise<FakeGateway> {
  const gateway = behaviour(faults);
  const https = await listen(
    createHttpsServer({ key: identity.server.key, cert: identity.server.certificate }, gateway.secure),
  );
  const http = await listen(createHttpServer((request, response) => gateway.plain(request, response, https.port)));
  return {
    spec: specOf(identity, https, http),
    handled: gateway.handled,
    close: async () => {
      await Promise.all([https.close(), http.close()]);
    },
  };
}

const specOf = (identity: Identity, https: Listening, http: Listening): TargetSpec => ({
  https: `https://localhost:${https.port}`,
  http: `http://localhost:${http.port}`,
  connectTo: '127.0.0.1',
  user: USER,
  password: PASSWORD,
  ca: identity.ca,
  predictPath: '/predict',
  experiment: { header: 'X-Experiment-Group', value: 'debug' },
  versions: { default: 'v1', experiment: 'v2' },
  replicas: 3,
  arms: { v1: 2, v2: 1 },
  instances: ['api-v1-1', 'api-v1-4', 'api-v2-2'],
  labels: LABELS,
  rateLimit: { requestsPerSecond: 10, burst: 5, status: 503 },
  exporter: null,
  prometheus: null,
  grafana: null,
  omitted: {},
});

function behaviour(faults: Faults) {
  const bucket = faults.limit && new LeakyBucket(faults.limit.rate, faults.limit.burst);
  const turns = (faults.replicas ?? [1, 1, 1]).flatMap((weight, index) =>
    Array.from({ length: weight }, () => `replica-${index + 1}`),
  );
  let handled = 0;
  let turn = 0;
  let banned = false;

  const secure = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    handled += 1;
    const body = await text(request);
    if (faults.staticFake !== undefined) return reply(response, 200, {}, faults.staticFake);
    if (isStatusPath(request)) return faults.statusPage ? reply(response, 200, {}, STATUS_PAGE) : reply(response, 404);
    if (bucket && (banned || !bucket.admit(performance.now()))) {
      banned = faults.ban === true;
      return reply(response, faults.limit?.status ?? 503);
    }
    if (bucket && faults.limit?.delay) await new Promise((resolve) => setTimeout(resolve, bucket.delay() * 1000));
    if (faults.open?.includes(request.url ?? '')) return reply(response, 200, {}, '{"openapi":"3.1.0"}');
    if (!isAuthorized(request, faults.auth)) return challenge(response, faults.auth);
    if (faults.api === 'down') return reply(response, 502);
    if (request.method !== 'POST') return reply(response, 405);
    turn += 1;
    const instance: Record<string, string> = faults.noInstanceIds
      ? {}
      : { 'X-Instance-Id': turns[turn % turns.length] ?? '' };
    return predict(request, response, body, instance);
  };

  const predict = (
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
    instance: Record<string, string>,
  ): void => {
    const group = request.headers['x-experiment-group'];
    const isExperiment = (faults.isExperiment ?? ((value) => value === 'debug'))(
      typeof group === 'string' ? group : undefined,
    );
    const headers = { ...instance, 'X-Api-Version': isExperiment ? (faults.experimentVersion ?? 'v2') : 'v1' };
    const sentence = sentenceIn(body);
    if (sentence === undefined && faults.api !== 'accepts anything') {
      return reply(response, faults.api === 'crashes on bad input' ? 500 : 422, headers);
    }
    const label =
      faults.api === 'always the same' ? 'love' : faults.api === 'unknown label' ? 'meh' : classify(sentence ?? '');
    const probabilities =
      faults.probabilities ?? Object.fromEntries(LABELS.map((name) => [name, name === label ? 0.6 : 0.2]));
    const answer = { 'prediction value': label, ...(isExperiment ? { prediction_proba_dict: probabilities } : {}) };
    return reply(response, 200, headers, JSON.stringify(answer));
  };

  const plain = async (request: IncomingMessage, response: ServerResponse, httpsPort: number): Promise<void> => {
    handled += 1;
    await text(request);
    if (faults.staticFake !== undefined) return reply(response, 200, {}, faults.staticFake);
    const { status, location } = faults.redirect ?? {
      status: 308,
      location: (path, port) => `https://localhost:${port}${path}`,
    };
    return reply(response, status, { Location: location(request.url ?? '/', httpsPort) });
  };

  return { secure, plain, handled: () => handled };
}

const STATUS_PAGE =
  'Active connections: 1 \nserver accepts handled requests\n 10 10 20 \nReading: 0 Writing: 1 Waiting: 0 \n';

const isStatusPath = ({ url }: IncomingMessage): boolean => url === '/nginx_status';

function isAuthorized({ headers, method }: IncomingMessage, auth: Faults['auth']): boolean {
  if (auth === 'none') return true;
  if (auth === 'nobody is let in') return false;
  if (auth === 'GET is open' && method === 'GET') return true;
  if (auth === 'debug is open' && headers['x-experiment-group'] === 'debug') return true;
  const given = headers.authorization ?? '';
  if (auth === 'any password') return given.startsWith('Basic ');
  return given === `Basic ${basicToken(USER, PASSWORD)}`;
}

const challenge = (response: ServerResponse, auth: Faults['auth']): void =>
  reply(response, 401, auth === 'without challenge' ? {} : { 'WWW-Authenticate': 'Basic realm="test"' });

function sentenceIn(body: string): string | undefined {
  try {
    const { sentence } = JSON.parse(body) as { sentence?: unknown };
    return typeof sentence === 'string' ? sentence : undefined;
  } catch {
    return undefined;
  }
}

const classify = (sentence: string): string =>
  sentence.includes('love') ? 'love' : sentence.includes('sad') ? 'sadness' : 'worry';

function reply(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): void {
  response.writeHead(status, headers).end(body);
}

import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { basicToken } from '../../../../src/verify/masking.js';
import type { TargetSpec } from '../../../../src/verify/target.js';
import type { Identity } from './certificates.js';
import { LeakyBucket } from './leaky-bucket.js';
import { listen } from './listen.js';
import { LABELS, makeSpec, PASSWORD, USER } from './spec.js';

/** How the fake misbehaves; without any it is a gateway as it should be. */
export interface Faults {
  /** How many replicas take turns; a list gives each one's weight. */
  replicas?: number[];
  noInstanceIds?: boolean;
  /** All replicas call themselves so. */
  instanceId?: string;
  limit?: Limit;
  /** After the first rejection nobody is ever served again, but told so with the limit's status or this one. */
  ban?: true | number;
  auth?: 'none' | 'without challenge' | 'debug is open' | 'GET is open' | 'any password' | 'nobody is let in';
  /** Whether a value of the experiment header leads to v2. */
  isExperiment?: (value: string | undefined) => boolean;
  /** The API of a client without the header, by its address, or by its name where it holds the probe token. */
  split?: (client: string) => 'v1' | 'v2';
  /** v2 answers without probabilities. */
  plainV2?: true;
  /** The replicas of v1 answer for v2 as well. */
  sharedContainer?: true;
  /** What v2 calls itself. */
  experimentVersion?: string;
  probabilities?: unknown;
  /** v1 names its probabilities too, and has none. */
  nullProbabilities?: true;
  /** `location` gets the path with its query. */
  redirect?: { status: number; location: (path: string, httpsPort: number) => string; onlyFor?: 'GET' | 'POST' };
  statusPage?: boolean;
  /** What is answered before anybody asks for a password; undefined: nothing. */
  open?: (request: IncomingMessage) => OpenAnswer | undefined;
  api?: 'down' | 'crashes on bad input' | 'always the same' | 'accepts anything' | 'unknown label';
  /** 200 and the same body to everybody, whatever the request. */
  staticFake?: string;
}

export interface Limit {
  rate: number;
  burst: number;
  status?: number;
  /** 444: the connection is closed instead of answered. */
  delay?: boolean;
  /** Whose bucket a request counts in; null: in none. Default: one per client address. */
  key?: (request: IncomingMessage) => string | null;
}

/** `predict`: a prediction, as if the password were right. */
type OpenAnswer = 'predict' | { status: number; headers?: Record<string, string>; body?: string };

export interface FakeGateway {
  spec: TargetSpec;
  /** Requests that were answered. */
  handled(): number;
  /** The access log of a replica: what uvicorn writes down. */
  logOf(replica: string): string;
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
    spec: makeSpec({
      https: `https://localhost:${https.port}`,
      http: `http://localhost:${http.port}`,
      connectTo: '127.0.0.1',
      ca: identity.ca,
    }),
    handled: gateway.handled,
    logOf: gateway.logOf,
    close: async () => {
      await Promise.all([https.close(), http.close()]);
    },
  };
}

function behaviour(faults: Faults) {
  const bucketOf = bucketsOf(faults.limit);
  const turns = (faults.replicas ?? [1, 1, 1]).flatMap((weight, index) =>
    Array.from({ length: weight }, () => `replica-${index + 1}`),
  );
  const logs = new Map<string, string>();
  let handled = 0;
  let turn = 0;
  let banned = false;

  const nextInTurn = (): string => turns[(turn += 1) % turns.length] ?? '';
  const isExperiment = (request: IncomingMessage): boolean => {
    const group = request.headers['x-experiment-group'];
    if (faults.split && group !== 'debug') return faults.split(clientOf(request)) === 'v2';
    const leadsToV2 = faults.isExperiment ?? ((value) => value === 'debug');
    return leadsToV2(typeof group === 'string' ? group : undefined);
  };

  const secure = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    handled += 1;
    const body = await text(request);
    if (faults.staticFake !== undefined) return reply(response, 200, {}, faults.staticFake);
    if (isStatusPath(request)) return faults.statusPage ? reply(response, 200, {}, STATUS_PAGE) : reply(response, 404);
    const bucket = bucketOf(request);
    if (banned && typeof faults.ban === 'number') return reply(response, faults.ban);
    if (bucket && (banned || !bucket.admit(performance.now()))) {
      banned = faults.ban !== undefined;
      const { status = 503 } = faults.limit ?? {};
      return status === 444 ? void response.destroy() : reply(response, status);
    }
    if (bucket && faults.limit?.delay) await new Promise((resolve) => setTimeout(resolve, bucket.delay() * 1000));
    const open = faults.open?.(request);
    if (open === 'predict') return predict(request, response, body, {});
    if (open?.status === 444) return void response.destroy();
    if (open) return reply(response, open.status, open.headers, open.body);
    if (!isAuthorized(request, faults.auth)) return challenge(response, faults.auth);
    if (faults.api === 'down') return reply(response, 502);
    if (request.method !== 'POST') return reply(response, 405, {}, '{"detail":"Method Not Allowed"}');
    const replica = isExperiment(request) && !faults.sharedContainer ? REPLICA_OF_V2 : nextInTurn();
    logs.set(replica, `${logs.get(replica) ?? ''}INFO: "${request.method} ${request.url} HTTP/1.1" 200 OK\n`);
    const instance: Record<string, string> = faults.noInstanceIds
      ? {}
      : { 'X-Instance-Id': faults.instanceId ?? replica };
    return predict(request, response, body, instance);
  };

  const predict = (
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
    instance: Record<string, string>,
  ): void => {
    const isV2 = isExperiment(request);
    const headers = { ...instance, 'X-Api-Version': isV2 ? (faults.experimentVersion ?? 'v2') : 'v1' };
    const sentence = sentenceIn(body);
    if (sentence === undefined && faults.api !== 'accepts anything') {
      return reply(response, faults.api === 'crashes on bad input' ? 500 : 422, headers);
    }
    const label =
      faults.api === 'always the same' ? 'love' : faults.api === 'unknown label' ? 'meh' : classify(sentence ?? '');
    const probabilities =
      faults.probabilities === undefined
        ? Object.fromEntries(LABELS.map((name) => [name, name === label ? 0.6 : 0.2]))
        : faults.probabilities;
    const answer = {
      'prediction value': label,
      ...(isV2 && !faults.plainV2 ? { prediction_proba_dict: probabilities } : {}),
      ...(!isV2 && faults.nullProbabilities ? { prediction_proba_dict: null } : {}),
    };
    return reply(response, 200, headers, JSON.stringify(answer));
  };

  const plain = async (request: IncomingMessage, response: ServerResponse, httpsPort: number): Promise<void> => {
    handled += 1;
    await text(request);
    if (faults.staticFake !== undefined) return reply(response, 200, {}, faults.staticFake);
    const isRight = faults.redirect === undefined || (faults.redirect.onlyFor ?? request.method) !== request.method;
    const { status, location } = isRight ? RIGHT_REDIRECT : (faults.redirect ?? RIGHT_REDIRECT);
    return reply(response, status, { Location: location(request.url ?? '/', httpsPort) });
  };

  return { secure, plain, handled: () => handled, logOf: (replica: string) => logs.get(replica) ?? '' };
}

function bucketsOf(limit: Limit | undefined): (request: IncomingMessage) => LeakyBucket | undefined {
  const buckets = new Map<string, LeakyBucket>();
  return (request) => {
    const key = limit?.key ? limit.key(request) : String(request.socket.remoteAddress);
    if (!limit || key === null) return undefined;
    const bucket = buckets.get(key) ?? new LeakyBucket(limit.rate, limit.burst);
    buckets.set(key, bucket);
    return bucket;
  };
}

const RIGHT_REDIRECT: NonNullable<Faults['redirect']> = {
  status: 308,
  location: (path, port) => `https://localhost:${port}${path}`,
};

export const PROBE_TOKEN = 'a token that nobody else knows';

function clientOf({ headers, socket }: IncomingMessage): string {
  const isProbe = headers['x-fortress-probe'] === PROBE_TOKEN;
  return (isProbe ? headers['x-fortress-client']?.toString() : undefined) ?? String(socket.remoteAddress);
}

const REPLICA_OF_V2 = 'replica-of-v2';

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

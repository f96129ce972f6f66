import { checkServerIdentity } from 'node:tls';
import { buildConnector, Client, Pool, type Dispatcher } from 'undici';
import type { Exchange } from './check.js';
import { describeError, errorCodeOf } from './connection-error.js';
import { basicToken, type Masker } from './masking.js';
import type { Ask, Reply } from './reply.js';
import type { TargetSpec } from './target.js';
import { trusting } from './tls-handshake.js';

export interface Transport {
  send(request: Ask): Promise<Reply>;
  openSocket(): { send(request: Ask): Promise<Reply>; connections(): number; close(): Promise<void> };
  close(): Promise<void>;
}

const CONNECT_TIMEOUT = 5_000;
const ANSWER_TIMEOUT = 10_000;
/** More than a flood has under way at once, so that it stays open-loop. */
const POOL_SIZE = 64;
const LONGEST_RECORDED_BODY = 2_000;
/** Bytes. A flood's answers are held all at once; monitoring has more to say. */
const LONGEST_ANSWER = { gateway: 1024 ** 2, others: 8 * 1024 ** 2 };

type Reach = Pick<TargetSpec, 'https' | 'http' | 'ca' | 'connectTo'>;

/** Keep-alive HTTP/1.1 that trusts the given CA and nothing else; without one it trusts whatever it meets. */
export function openTransport(spec: Reach, masker: Masker): Transport {
  const pools = new Map<string, Pool>();
  const sockets = new Set<Client>();
  const placeOf = ({ origin = spec.https, via }: Ask): Place => ({ origin, via: via ?? gatewayAddress(spec, origin) });

  const poolFor = (request: Ask): Pool => {
    const { origin, via } = placeOf(request);
    const { from } = request;
    const ca = request.anyCertificate ? null : spec.ca;
    const key = [origin, via, from, ca === null ? 'any' : 'trusted'].join(' ');
    const pool =
      pools.get(key) ??
      new Pool(origin, {
        connections: POOL_SIZE,
        connect: connectorFor(ca, origin, { via, from }),
        maxResponseSize: longestAnswer(spec, origin),
      });
    pools.set(key, pool);
    return pool;
  };

  return {
    send: (request) => exchange(poolFor(request), placeOf(request), request, masker),
    openSocket: () => {
      const { origin, via } = placeOf({ path: '/' });
      const client = new Client(origin, {
        pipelining: 1,
        connect: connectorFor(spec.ca, origin, { via }),
        maxResponseSize: longestAnswer(spec, origin),
      });
      let connections = 0;
      client.on('connect', () => (connections += 1));
      sockets.add(client);
      return {
        send: (request) => exchange(client, { origin, via }, request, masker),
        connections: () => connections,
        close: () => client.destroy(),
      };
    },
    close: async () => {
      await Promise.all([...pools.values(), ...sockets].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

const gatewayAddress = (spec: Reach, origin: string): string | undefined =>
  isGateway(spec, origin) ? (spec.connectTo ?? undefined) : undefined;

const longestAnswer = (spec: Reach, origin: string): number =>
  isGateway(spec, origin) ? LONGEST_ANSWER.gateway : LONGEST_ANSWER.others;

const isGateway = ({ https, http }: Reach, origin: string): boolean => origin === https || origin === http;

/** Connects to `via` (and from `from`) where it is given, and checks the certificate against the origin's host all the same. */
function connectorFor(
  ca: string | null,
  origin: string,
  { via, from }: { via?: string | undefined; from?: string | undefined },
): buildConnector.connector {
  const host = new URL(origin).hostname.replaceAll(/[[\]]/g, '');
  const connect = buildConnector({
    // Without a CA whether to trust is not for a request to say, but for the check that asks.
    ...(ca === null ? { rejectUnauthorized: false } : trusting(ca)),
    timeout: CONNECT_TIMEOUT,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  });
  return (options, callback) =>
    connect(
      { ...options, hostname: via ?? options.hostname, ...(from === undefined ? {} : { localAddress: from }) },
      callback,
    );
}

/** Where a request goes. */
interface Place {
  origin: string;
  via: string | undefined;
}

async function exchange(dispatcher: Dispatcher, place: Place, request: Ask, masker: Masker): Promise<Reply> {
  const headers = requestHeaders(request);
  const { method = 'GET', path, body, timeout = ANSWER_TIMEOUT } = request;
  const sentAt = performance.now();
  const answer = await answerOf(dispatcher, { method, path, headers, body: body ?? null }, timeout);
  const doneAt = performance.now();
  const recorded: Exchange = {
    request: {
      method,
      url: masker.text(place.origin + path),
      ...(place.via === undefined ? {} : { via: place.via }),
      headers: masker.headers(headers),
      ...bodyOf(body, masker),
    },
    response:
      answer.status === null
        ? { error: answer.error }
        : { status: answer.status, headers: masker.headers(answer.headers), ...bodyOf(answer.body, masker) },
    duration: Math.round(doneAt - sentAt),
  };
  return { ...answer, sentAt, doneAt, exchange: recorded };
}

type Answer =
  | { status: number; headers: Record<string, string>; body: string; error: null; errorCode: null }
  | { status: null; headers: Record<string, string>; body: string; error: string; errorCode: string | null };

async function answerOf(
  dispatcher: Dispatcher,
  request: { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body: string | null },
  timeout: number,
): Promise<Answer> {
  try {
    const response = await dispatcher.request({ ...request, signal: AbortSignal.timeout(timeout) });
    const body = await response.body.text();
    return { status: response.statusCode, headers: flatten(response.headers), body, error: null, errorCode: null };
  } catch (error) {
    return { status: null, headers: {}, body: '', error: describeError(error, timeout), errorCode: errorCodeOf(error) };
  }
}

function requestHeaders({ headers, body, auth }: Ask): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(auth ? { Authorization: `Basic ${basicToken(auth.user, auth.password)}` } : {}),
    ...headers,
  };
}

const flatten = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

function bodyOf(body: string | undefined, masker: Masker): { body?: string } {
  if (!body) return {};
  const text = masker.text(body);
  return {
    body:
      text.length > LONGEST_RECORDED_BODY
        ? `${text.slice(0, LONGEST_RECORDED_BODY)}… (${text.length} characters)`
        : text,
  };
}

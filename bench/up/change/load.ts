import { setTimeout as sleep } from 'node:timers/promises';
import { Client as Connection } from 'undici';
import { messageOf } from '../../../src/errors.js';
import { makeSentences } from '../../../src/bench/sentences.js';
import type { Client } from '../stage.js';

export interface LoadOptions {
  port: number;
  client: Client;
  /** Requests per second. */
  rate: number;
  /** That are kept alive. */
  connections: number;
}

/** What became of one request. */
export interface Sent {
  /** Milliseconds since the load began. */
  at: number;
  milliseconds: number;
  /** It had a connection of its own. */
  fresh: boolean;
  /** The replica that answered. */
  instance: string | null;
  /** null: a prediction came back. */
  failure: string | null;
}

/** A load under way. Each request belongs to the phase in which it was sent. */
export interface Load {
  enter(phase: string): void;
  /** How many were sent in a phase. */
  sentIn(phase: string): number;
  /** Whether a replica has answered a request that was sent since a time (`performance.now()`). */
  hasAnswered(instance: string, since: number): boolean;
  /** Waits for the last answers. */
  stop(): Promise<Map<string, Sent[]>>;
}

/** Milliseconds. */
const TICK = 5;
const TIMEOUT = 10_000;

/** One request in so many has a connection of its own … */
const FRESH = 5;
/** … and one in so many goes to the debug API. */
const DEBUG = 10;

/** Milliseconds that a client who could not keep up makes up for, at most. */
const BACKLOG = 500;

/**
 * Sends requests at a fixed rate. The kept connections are used in turn, so that each is in use, and idle most of the
 * time: that is when a gateway may close it. A request is only sent when a connection is free for it, so what is
 * measured is never the client's own queue: a stack that does not keep up is asked less often. Nothing is tried again.
 */
export function startLoad({ port, client, rate, connections }: LoadOptions): Load {
  const startedAt = performance.now();
  const phases = new Map<string, Promise<Sent>[]>();
  const lastAnswer = new Map<string, number>();
  const open = (): Connection => connect(port, client.ca);
  const free = Array.from({ length: connections }, open);
  let freshUnderWay = 0;
  let current: Promise<Sent>[] = [];
  let number = 0;
  let nextAt = startedAt;

  const send = async (connection: Connection, fresh: boolean): Promise<Sent> => {
    const sent = await ask(connection, requestFor(number, port, client), { startedAt, fresh });
    const { instance, failure, at } = sent;
    if (instance !== null && failure === null) {
      lastAnswer.set(instance, Math.max(startedAt + at, lastAnswer.get(instance) ?? 0));
    }
    return sent;
  };
  const sendFresh = async (): Promise<Sent> => {
    freshUnderWay += 1;
    const connection = open();
    const sent = await send(connection, true);
    freshUnderWay -= 1;
    void connection.close();
    return sent;
  };
  const sendKept = async (connection: Connection): Promise<Sent> => {
    const sent = await send(connection, false);
    free.push(connection);
    return sent;
  };
  /** null: all connections are in use. */
  const sendNext = (): Promise<Sent> | null => {
    if (number % FRESH === 0) return freshUnderWay < connections ? sendFresh() : null;
    const connection = free.shift();
    return connection === undefined ? null : sendKept(connection);
  };
  const timer = setInterval(() => {
    const now = performance.now();
    nextAt = Math.max(nextAt, now - BACKLOG);
    while (nextAt <= now) {
      const sent = sendNext();
      if (sent === null) return;
      current.push(sent);
      number += 1;
      nextAt += 1000 / rate;
    }
  }, TICK);

  return {
    enter(phase) {
      current = phases.get(phase) ?? [];
      phases.set(phase, current);
    },
    sentIn: (phase) => phases.get(phase)?.length ?? 0,
    hasAnswered: (instance, since) => (lastAnswer.get(instance) ?? 0) > since,
    async stop() {
      clearInterval(timer);
      const all = await Promise.all(
        [...phases].map(async ([phase, sent]): Promise<[string, Sent[]]> => [phase, await Promise.all(sent)]),
      );
      await Promise.all(free.map((connection) => connection.close()));
      return new Map(all);
    },
  };
}

const connect = (port: number, ca: string): Connection =>
  new Connection(`https://localhost:${port}`, {
    pipelining: 1,
    connect: { ca, timeout: TIMEOUT, host: '127.0.0.1', servername: 'localhost' },
    headersTimeout: TIMEOUT,
    bodyTimeout: TIMEOUT,
  });

const SENTENCES = makeSentences(1000);

function requestFor(
  number: number,
  port: number,
  { login }: Client,
): { headers: Record<string, string>; body: string } {
  return {
    headers: {
      host: `localhost:${port}`,
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(login).toString('base64')}`,
      ...(number % DEBUG === 1 && { 'x-experiment-group': 'debug' }),
    },
    body: JSON.stringify({ sentence: SENTENCES[number % SENTENCES.length] }),
  };
}

async function ask(
  connection: Connection,
  { headers, body }: ReturnType<typeof requestFor>,
  { startedAt, fresh }: { startedAt: number; fresh: boolean },
): Promise<Sent> {
  const sentAt = performance.now();
  const done = (instance: string | null, failure: string | null): Sent => ({
    at: sentAt - startedAt,
    milliseconds: performance.now() - sentAt,
    fresh,
    instance,
    failure,
  });
  try {
    const response = await connection.request({ method: 'POST', path: '/predict', headers, body });
    const text = await response.body.text();
    const isPrediction = response.statusCode === 200 && text.includes('"prediction value"');
    const failure = isPrediction ? null : `${response.statusCode} ${text.trim().slice(0, 100)}`;
    return done([response.headers['x-instance-id']].flat()[0] ?? null, failure);
  } catch (error) {
    return done(null, describeError(error));
  }
}

const describeError = (error: unknown): string =>
  [error instanceof Error && 'code' in error ? String(error.code) : '', messageOf(error)].filter(Boolean).join(': ');

/** Waits until so many have been sent in a phase. */
export async function untilSent(load: Load, phase: string, count: number, signal: AbortSignal): Promise<void> {
  while (load.sentIn(phase) < count) await sleep(TICK * 4, undefined, { signal });
}

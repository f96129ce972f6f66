import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Dispatcher } from 'undici';
import { createCounter, type Counter } from '../histogram.js';
import type { LoadJob, LoadResult, LoadTarget } from '../load-job.js';

/** Milliseconds: so that a server that refuses everything is not asked as fast as this process can. */
const PAUSE_AFTER_FAILURE = 50;
const PATIENCE = 15_000;

/** What is counted, once the warm-up is over and until the end. */
interface Tally {
  phase: 'warm-up' | 'measuring' | 'over';
  latencies: Counter;
  requests: number;
  answered: number;
  failures: Record<string, number>;
}

/**
 * Sends predictions over keep-alive connections, one after another on each.
 * @param sentences shared out among the connections: what is answered together shall not be the same
 */
export async function sendLoad(target: LoadTarget, sentences: string[], job: LoadJob): Promise<LoadResult> {
  const addresses = await lookup(target.host, { all: true, family: 4 });
  const tally: Tally = { phase: 'warm-up', latencies: createCounter(), requests: 0, answered: 0, failures: {} };
  const clients = Array.from({ length: job.connections }, (_, index) =>
    connect(target, addresses[index % addresses.length]?.address ?? target.host),
  );
  const work = clients.map((client, index) => {
    const share = sentences.filter((_sentence, place) => place % job.connections === index);
    // With more connections than sentences some have to take those of others.
    return keepAsking(client, requestsOf(target, share.length > 0 ? share : sentences), tally);
  });
  await sleep(job.warmUpSeconds * 1000);
  const startedAt = performance.now();
  const before = process.cpuUsage();
  tally.phase = 'measuring';
  await sleep(job.seconds * 1000);
  tally.phase = 'over';
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  await Promise.all(work);
  await Promise.all(clients.map((client) => client.destroy()));
  const { requests, answered, failures, latencies } = tally;
  return { requests, answered, failures, seconds, latencies: latencies.result(), cpuSeconds: (user + system) / 1e6 };
}

const connect = ({ port, tls }: LoadTarget, address: string): Client =>
  new Client(`${tls ? 'https' : 'http'}://${address}:${port}`, {
    pipelining: 1,
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
    // Who is at the other end is known: nobody else is in this network. To check would cost the client only.
    connect: { rejectUnauthorized: false },
  });

const requestsOf = ({ headers }: LoadTarget, sentences: string[]): Dispatcher.DispatchOptions[] =>
  sentences.map((sentence) => ({
    method: 'POST',
    path: '/predict',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ sentence }),
  }));

async function keepAsking(client: Client, requests: Dispatcher.DispatchOptions[], tally: Tally): Promise<void> {
  for (let next = 0; tally.phase !== 'over'; next = (next + 1) % requests.length) {
    const request = requests[next];
    if (request === undefined) throw new RangeError('no sentences to send');
    const startedAt = performance.now();
    const outcome = await ask(client, request).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
    count(tally, outcome, performance.now() - startedAt);
    if (outcome !== 200) await sleep(PAUSE_AFTER_FAILURE);
  }
}

/** @returns the status, once the whole answer is there */
const ask = (client: Client, request: Dispatcher.DispatchOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    let status = 0;
    client.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => void (status = statusCode),
      onResponseData: () => undefined,
      onResponseEnd: () => resolve(status),
      onResponseError: (_controller, error) => reject(error),
    });
  });

function count(tally: Tally, outcome: number | string, milliseconds: number): void {
  if (typeof outcome === 'number') tally.answered += 1;
  if (outcome !== 200) tally.failures[outcome] = (tally.failures[outcome] ?? 0) + 1;
  else if (tally.phase === 'measuring') {
    tally.requests += 1;
    tally.latencies.add(milliseconds);
  }
}

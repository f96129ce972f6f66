import type Docker from 'dockerode';
import { cpuSeconds } from '../../src/engine/docker/processors.js';
import { rotated } from '../../src/bench/statistics.js';
import { operationError } from '../../src/errors.js';
import { PROTOCOLS, sendRequests, shakeHands, type Protocol } from './client.js';
import type { GatewaysOptions } from './options.js';

/** A gateway that runs. */
export interface Running {
  /** By which the client reaches it. */
  name: string;
  /** Its name in the engine. */
  container: string;
}

/** Where rounds are run. */
export interface Range {
  docker: Docker;
  /** The client's container. */
  client: string;
  progress(line: string): void;
  signal: AbortSignal;
}

export interface RequestRound {
  requestsPerSecond: number;
  /** Latencies in milliseconds. */
  p50: number;
  p99: number;
  /** CPU time of the gateway. */
  microsecondsPerRequest: number;
  /** Share of its processor that the gateway used; well below 1, client or machine were the limit. */
  share: number;
}

export interface HandshakeRound {
  perSecond: number;
  /** CPU time of the gateway. */
  microseconds: number;
  /** Share of its processor that the gateway used. */
  share: number;
}

/** Seconds of load before the first round of each. */
const WARM_UP = 3;

/**
 * Requests to gateways in turns.
 * @returns the rounds of each, in the order of the gateways
 * @throws FortressError (exit 1) when a request is not answered with success
 */
export async function measureRequests(
  gateways: Running[],
  range: Range,
  { rounds, seconds, connections }: GatewaysOptions,
): Promise<RequestRound[][]> {
  for (const gateway of gateways) await requestRound(gateway, range, { seconds: WARM_UP, connections });
  return inTurns(gateways, rounds, (gateway, round) => {
    range.signal.throwIfAborted();
    range.progress(`requests, round ${round + 1} of ${rounds}: ${gateway.name}`);
    return requestRound(gateway, range, { seconds, connections });
  });
}

async function requestRound(
  { name, container }: Running,
  { docker, client }: Range,
  load: { seconds: number; connections: number },
): Promise<RequestRound> {
  const before = await cpuSeconds(docker, container);
  const { requests, seconds, p50, p99, failed } = await sendRequests(docker, client, { name, ...load });
  const used = (await cpuSeconds(docker, container)) - before;
  if (failed > 0 || requests === 0) {
    throw operationError('LOAD_FAILED', `${name}: ${failed} requests failed, ${requests} were answered`, {
      hint: 'where the machine has much else to do, fewer --connections and longer rounds (--seconds) may help',
    });
  }
  return {
    requestsPerSecond: requests / seconds,
    p50,
    p99,
    microsecondsPerRequest: (used / requests) * 1e6,
    share: used / seconds,
  };
}

/** Kinds of keys, and what is offered to them. */
export interface HandshakeCell extends Running {
  protocol: Protocol;
}

/**
 * Part of a processor that a gateway has for handshakes. The client, which has to check what the gateway signs, needs up
 * to twice as long for one: with this, it is not what handshakes wait for.
 */
const QUOTA = 0.2;
/** Microseconds. */
const PERIOD = 10_000;
/** Processes of the client. */
const CLIENTS = 4;

/**
 * Handshakes with gateways in turns.
 * @returns the rounds of each cell
 */
export async function measureHandshakes(
  gateways: Running[],
  range: Range,
  { rounds, seconds }: GatewaysOptions,
): Promise<{ cell: HandshakeCell; rounds: HandshakeRound[] }[]> {
  for (const { container } of gateways) {
    await range.docker.getContainer(container).update({ CpuPeriod: PERIOD, CpuQuota: QUOTA * PERIOD });
  }
  const cells = PROTOCOLS.flatMap((protocol) => gateways.map((gateway) => ({ ...gateway, protocol })));
  const all = await inTurns(cells, rounds, (cell, round) => {
    range.signal.throwIfAborted();
    range.progress(`handshakes, round ${round + 1} of ${rounds}: ${cell.name}, ${cell.protocol.title}`);
    return handshakeRound(cell, range, seconds);
  });
  return cells.map((cell, index) => ({ cell, rounds: all[index] ?? [] }));
}

async function handshakeRound(
  { name, container, protocol }: HandshakeCell,
  { docker, client }: Range,
  seconds: number,
): Promise<HandshakeRound> {
  const before = await cpuSeconds(docker, container);
  const startedAt = performance.now();
  const number = await shakeHands(docker, client, { name, seconds, protocol, clients: CLIENTS });
  const took = (performance.now() - startedAt) / 1000;
  const used = (await cpuSeconds(docker, container)) - before;
  if (number === 0) throw operationError('LOAD_FAILED', `${name}: no handshake by ${protocol.title}`, {});
  return { perSecond: number / took, microseconds: (used / number) * 1e6, share: used / took };
}

/** Each round leads with another one. */
async function inTurns<Item, Result>(
  items: Item[],
  rounds: number,
  run: (item: Item, round: number) => Promise<Result>,
): Promise<Result[][]> {
  const results = new Map(items.map((item): [Item, Result[]] => [item, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const item of rotated(items, round)) results.get(item)?.push(await run(item, round));
  }
  return [...results.values()];
}

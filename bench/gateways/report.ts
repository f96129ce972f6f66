import { median } from '../../src/bench/statistics.js';
import { percent, whole } from '../../src/bench/words.js';
import { table } from '../../src/report/print.js';
import type { ContenderName } from './contenders.js';
import type { HandshakeRound, RequestRound } from './measure.js';

export interface GatewaysResult {
  machine: { processor: string; loadAverage: { before: number; after: number } };
  /** `caddy 2.6.2`; as they call themselves. */
  versions: string[];
  connections: number;
  gateways: { name: ContenderName; title: string; rounds: RequestRound[] }[];
  handshakes: { key: HandshakeKey; protocol: string; rounds: HandshakeRound[] }[];
}

export type HandshakeKey = 'ecdsa' | 'rsa';

/** What is asked of fortress: so many times the requests/s of another. */
const BARS: { against: ContenderName; least: number }[] = [
  { against: 'open', least: 0.9 },
  { against: 'apr1', least: 3 },
  { against: 'haproxy', least: 1 },
  { against: 'caddy', least: 1 },
  { against: 'caddy-cache', least: 1 },
];
/** And of handshakes with its key, against those with one of RSA. */
const HANDSHAKE_BAR = 3;

/** Medians of each number of the rounds. */
function medians<Round extends object>(rounds: Round[]): Record<keyof Round, number> {
  const [first] = rounds;
  const keys = Object.keys(first ?? {}) as (keyof Round)[];
  return Object.fromEntries(keys.map((key) => [key, median(rounds.map((round) => Number(round[key])))])) as Record<
    keyof Round,
    number
  >;
}

/** How many times as many as the other's; by requests/s or handshakes/s as they were, and for the same CPU time. */
interface Ratio {
  name: string;
  measured: number;
  byProcessorTime: number;
  bar: number;
}

/** Of each round, because both sides of it met the same machine. */
const ratioOf = <Round>(ours: Round[], others: Round[], read: (round: Round) => number): number =>
  median(ours.flatMap((round, index) => (others[index] === undefined ? [] : [read(round) / read(others[index])])));

function gatewayRatios({ gateways }: GatewaysResult): Ratio[] {
  const roundsOf = (wanted: ContenderName): RequestRound[] =>
    gateways.find(({ name }) => name === wanted)?.rounds ?? [];
  return BARS.map(({ against, least }) => ({
    name: gateways.find(({ name }) => name === against)?.title ?? against,
    measured: ratioOf(roundsOf('fortress'), roundsOf(against), ({ requestsPerSecond }) => requestsPerSecond),
    byProcessorTime: 1 / ratioOf(roundsOf('fortress'), roundsOf(against), (round) => round.microsecondsPerRequest),
    bar: least,
  }));
}

function handshakeRatios({ handshakes }: GatewaysResult): Ratio[] {
  const roundsOf = (key: HandshakeKey, protocol: string): HandshakeRound[] =>
    handshakes.find((one) => one.key === key && one.protocol === protocol)?.rounds ?? [];
  return [...new Set(handshakes.map(({ protocol }) => protocol))].map((protocol) => {
    const [ecdsa, rsa] = [roundsOf('ecdsa', protocol), roundsOf('rsa', protocol)];
    return {
      name: protocol,
      measured: ratioOf(ecdsa, rsa, ({ perSecond }) => perSecond),
      byProcessorTime: 1 / ratioOf(ecdsa, rsa, ({ microseconds }) => microseconds),
      bar: HANDSHAKE_BAR,
    };
  });
}

const ratioRow = ({ name, measured, byProcessorTime, bar }: Ratio): string[] => [
  name,
  `${measured.toFixed(2)} ×`,
  `${byProcessorTime.toFixed(2)} ×`,
  `${bar} ×`,
  measured >= bar ? 'met' : 'missed',
];

const ratioTable = (heading: string, unit: string, ratios: Ratio[]): string =>
  table([[heading, unit, 'by CPU time', 'aim', ''], ...ratios.map(ratioRow)]);

/** Share of its processor below which a gateway was kept from working by what else the machine did. */
const BUSY = 0.6;

function remarks({ gateways }: GatewaysResult): string[] {
  const least = Math.min(...gateways.map(({ rounds }) => medians(rounds).share));
  if (!(least < BUSY)) return [];
  return [
    `A gateway had only ${percent(least)} of its processor: the machine was busy, so believe the CPU time, or run it again.`,
  ];
}

/** The result as text for people. Pure. */
export function formatResult(result: GatewaysResult): string {
  const { machine, versions, connections, gateways, handshakes } = result;
  const { before, after } = machine.loadAverage;
  const requestRows = gateways.map(({ title, rounds }) => {
    const { requestsPerSecond, p50, p99, microsecondsPerRequest, share } = medians(rounds);
    return [
      title,
      whole(requestsPerSecond),
      p50.toFixed(2),
      p99.toFixed(2),
      whole(microsecondsPerRequest),
      percent(share),
    ];
  });
  const handshakeRows = handshakes.map(({ key, protocol, rounds }) => {
    const { perSecond, microseconds, share } = medians(rounds);
    return [`${protocol}, ${key}`, whole(perSecond), whole(microseconds), percent(share)];
  });
  return [
    `${machine.processor}, load average ${before.toFixed(1)}, then ${after.toFixed(1)}; ${versions.join(', ')}; medians of ${gateways[0]?.rounds.length ?? 0} rounds`,
    table([
      [`${connections} connections`, 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'processor used'],
      ...requestRows,
    ]),
    ratioTable('fortress against', 'requests/s', gatewayRatios(result)),
    table([['whole handshakes', 'per second', 'CPU µs each', 'processor used'], ...handshakeRows]),
    ratioTable('ECDSA P-256 against RSA-2048', 'per second', handshakeRatios(result)),
    ...remarks(result),
  ].join('\n\n');
}

/** The result as the one JSON document. Pure. */
export const toDocument = (result: GatewaysResult): object => ({
  ...result,
  gateways: result.gateways.map((gateway) => ({ ...gateway, medians: medians(gateway.rounds) })),
  handshakes: result.handshakes.map((kind) => ({ ...kind, medians: medians(kind.rounds) })),
  ratios: { gateways: gatewayRatios(result), handshakes: handshakeRatios(result) },
});

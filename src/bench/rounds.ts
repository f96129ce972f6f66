import type Docker from 'dockerode';
import { cpuSeconds } from '../engine/docker/processors.js';
import { execute } from '../engine/docker/exec.js';
import { operationError } from '../errors.js';
import { FILES_CURRENT } from '../stack/stack.js';
import type { Cell } from './cells.js';
import { CLIENT, gatewayOf } from './copy-stack.js';
import { CLIENT_FILE, type LoadJob, type LoadResult } from './load-job.js';
import { readProcessorTimes, shareOfOthers, type ProcessorTimes } from './processor-times.js';
import { assertAnswered, roundOf, type Round } from './round-sums.js';
import { rotated, shareOut, sum } from './statistics.js';

/** Where rounds are run. */
export interface Range {
  docker: Docker;
  /** Names of the copy's containers, by service. */
  containers: Record<string, string[]>;
  /** Services whose containers are the APIs. */
  apis: string[];
  /** Processes of the client. */
  clients: number;
  /** The client has processors of its own. */
  pinned: boolean;
  /** Numbers of the processors that the stack runs on; null: the engine is on another machine. */
  processors: number[] | null;
  signal: AbortSignal;
}

/** How long the rounds are. */
export interface RoundOptions {
  rounds: number;
  seconds: number;
}

/** Seconds: of a round before it counts, and once before all, so that the APIs' code is compiled. */
const ROUND_WARM_UP = 0.5;
const FIRST_WARM_UP = 3;

/**
 * Measures cells in turns.
 * @param progress gets the number of rounds that are done
 * @returns the rounds of each cell, in the order of the cells
 * @throws FortressError (exit 1) as soon as a cell that must not fail does
 */
export async function runRounds(
  cells: Cell[],
  range: Range,
  { rounds, seconds }: RoundOptions,
  progress: (done: number) => void,
): Promise<Round[][]> {
  for (const cell of cells.slice(0, 1)) await runRound(cell, range, { warmUpSeconds: 0, seconds: FIRST_WARM_UP });
  const results = new Map(cells.map((cell): [Cell, Round[]] => [cell, []]));
  let done = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const cell of rotated(cells, round)) {
      const seen = await runRound(cell, range, { warmUpSeconds: ROUND_WARM_UP, seconds });
      if (!cell.mayFail) assertAnswered(cell, seen);
      results.get(cell)?.push(seen);
      done += 1;
      progress(done);
    }
  }
  return [...results.values()];
}

async function runRound(cell: Cell, range: Range, times: Pick<LoadJob, 'warmUpSeconds' | 'seconds'>): Promise<Round> {
  const { layer } = cell;
  const { docker, containers, apis, processors } = range;
  const gateways = containers[gatewayOf(layer)] ?? [];
  const names = [...gateways, ...apis.flatMap((service) => containers[service] ?? [])];
  const read = async (): Promise<Reading> => ({
    times: processors && readProcessorTimes(processors),
    used: await Promise.all(names.map((name) => cpuSeconds(docker, name))),
  });
  const before = await read();
  const results = await sendFrom(range, cell, times);
  const after = await read();
  // Without processors of its own the client is one of those that use the stack's.
  const ofClient = range.pinned ? 0 : sum(results.map((result) => result.cpuSeconds));
  const used = after.used.map((seconds, index) => seconds - (before.used[index] ?? 0));
  return roundOf(results, {
    gateway: gateways.length === 0 ? null : (used[0] ?? 0),
    replicas: used.slice(gateways.length),
    others: before.times && after.times && shareOfOthers(before.times, after.times, sum(used) + ofClient),
  });
}

interface Reading {
  times: ProcessorTimes | null;
  /** Seconds of CPU, of each container. */
  used: number[];
}

async function sendFrom(
  { docker, containers, clients, signal }: Range,
  { layer, connections }: Cell,
  times: Pick<LoadJob, 'warmUpSeconds' | 'seconds'>,
): Promise<LoadResult[]> {
  const [client = ''] = containers[CLIENT] ?? [];
  const shares = shareOut(connections, clients);
  return unlessAborted(
    Promise.all(shares.map((share) => runJob(docker, client, { target: layer.name, connections: share, ...times }))),
    signal,
  );
}

async function runJob(docker: Docker, client: string, job: LoadJob): Promise<LoadResult> {
  const command = ['node', `${FILES_CURRENT}/${CLIENT_FILE}`, JSON.stringify(job)];
  const { exitCode, output } = await execute(docker, client, command);
  if (exitCode === 0) return JSON.parse(output) as LoadResult;
  throw operationError('LOAD_FAILED', `the client of the benchmark ended with exit code ${exitCode}`, { why: output });
}

/** What is under way inside a container ends with the container. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stop = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: stop.signal });
    if (signal.aborted) reject(signal.reason as Error);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stop.abort();
  }
}

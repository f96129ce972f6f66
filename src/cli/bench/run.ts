import { loadavg } from 'node:os';
import { capacityOf } from '../../bench/capacity.js';
import { cellsOf, tellApart } from '../../bench/cells.js';
import { copyConfig } from '../../bench/copy-config.js';
import { CLIENT } from '../../bench/copy-stack.js';
import { figuresOf } from '../../bench/figures.js';
import { layersOf } from '../../bench/layers.js';
import { remarksOn } from '../../bench/remarks.js';
import type { BenchResult } from '../../bench/result.js';
import { runRounds, type Range } from '../../bench/rounds.js';
import { shareProcessors } from '../../bench/share-processors.js';
import type { ResolvedConfig } from '../../config/resolved.js';
import { isLocal } from '../../engine/docker/address.js';
import { connect, type Connection } from '../../engine/docker/connect.js';
import { imageStore } from '../../engine/docker/images.js';
import { pinContainers, processorsOf } from '../../engine/docker/processors.js';
import { createDockerReader } from '../../engine/docker/reader.js';
import { messageOf } from '../../errors.js';
import { chooseImageSource } from '../../images/choose-source.js';
import { withLock } from '../../lock/with-lock.js';
import { runningSource } from '../../plan/running-source.js';
import { createProgressLine } from '../../report/progress-line.js';
import { apiService } from '../../stack/names.js';
import { bringUp, takeDown, type CopyContainers, type CopyContext } from './copy.js';

export interface BenchOptions {
  json: boolean;
  /** Of each layer; medians are shown. */
  rounds: number;
  /** Of one round. */
  seconds: number;
  connections: number;
  /** Seconds to wait for another benchmark of the same project. */
  lockWait: number;
  signal: AbortSignal;
  note(line: string): void;
}

/**
 * Measures an isolated copy of a configuration's stack, layer by layer, and takes it down again, whatever happens.
 * @throws FortressError when it does not come up, or answers with errors
 */
export async function runBench(config: ResolvedConfig, options: BenchOptions): Promise<BenchResult> {
  const { json, lockWait, signal, note } = options;
  const connection = await connect();
  const copy = copyConfig(config);
  const lock = { stateDir: copy.stateDir, command: 'fortress bench', waitSeconds: lockWait, signal, note };
  return withLock(lock, async (lockSignal) => {
    const running = runningSource(await createDockerReader(connection).observe(config.project));
    const { source } = await chooseImageSource(copy, imageStore(connection.docker), running);
    const context: CopyContext = { config: copy, connection, source, json };
    const end = (): Promise<void> => {
      note(`taking ${copy.project} down`);
      return takeDown(context);
    };
    // One that was killed has left its copy behind.
    await takeDown(context);
    const result = await measureCopy(config, context, { ...options, signal: lockSignal }).catch(async (error) => {
      // What went wrong first is what is told in the end.
      await end().catch((other: unknown) => note(`! ${messageOf(other)}`));
      throw error;
    });
    await end();
    return result;
  });
}

async function measureCopy(config: ResolvedConfig, context: CopyContext, options: BenchOptions): Promise<BenchResult> {
  const { connection } = context;
  const { rounds, seconds, connections, signal, note } = options;
  const local = isLocal(connection.address);
  const startedAt = new Date().toISOString();
  const loadAverage = local ? (loadavg()[0] ?? null) : null;
  const layers = layersOf(config);
  const containers = await bringUp(context, layers, signal);
  const { processors, pinned, notPinned } = await pin(connection, containers);
  if (notPinned !== null) note(`! the client is not held to processors of its own: ${notPinned}`);
  const cells = cellsOf(layers, connections);
  const ofStack = pinned?.stack ?? Array.from({ length: processors }, (_, number) => number);
  const range: Range = {
    docker: connection.docker,
    containers,
    apis: config.apis.map(({ name }) => apiService(name)),
    processors: local ? ofStack : null,
    clients: pinned?.client.length ?? 1,
    pinned: pinned !== null,
    signal,
  };
  const line = createProgressLine(process.stderr, 'measuring, round', cells.length * rounds);
  const results = await runRounds(cells, range, { rounds, seconds }, line.update).finally(line.end);
  const all = cells.map((cell, index) => figuresOf(cell, results[index] ?? [], ofStack.length));
  const figures = tellApart(all, layers);
  return {
    project: config.project,
    startedAt,
    machine: { engine: createDockerReader(connection).describe(), processors, loadAverage },
    pinned,
    notPinned,
    settings: { rounds, seconds, connections },
    ...figures,
    capacity: capacityOf(figures.connections, { processors: ofStack.length, pinned: pinned !== null, config }),
    remarks: remarksOn(config),
  };
}

/** Holds the stack and the client to processors of their own, where that can be done. */
async function pin(
  { docker }: Connection,
  containers: CopyContainers,
): Promise<Pick<BenchResult, 'pinned' | 'notPinned'> & { processors: number }> {
  const processors = await processorsOf(docker);
  const shares = shareProcessors(processors);
  if (typeof shares === 'string') return { processors: processors.count, pinned: null, notPinned: shares };
  const { [CLIENT]: client = [], ...stack } = containers;
  const problems = await Promise.all([
    pinContainers(docker, Object.values(stack).flat(), shares.stack),
    pinContainers(docker, client, shares.client),
  ]);
  const notPinned = problems.find((problem) => problem !== null) ?? null;
  return { processors: processors.count, pinned: notPinned === null ? shares : null, notPinned };
}

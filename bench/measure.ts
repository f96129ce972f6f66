import { rotated } from '../src/bench/statistics.js';
import type { BenchOptions } from './options.js';
import { sendLoad } from './load.js';
import { readCpuSeconds, readPeakMemory } from './process-usage.js';
import { start, type Started } from './start.js';
import { summarize, type Round, type TargetResult } from './summary.js';
import type { Target } from './targets/target.js';

/** How often each server is started, to see how long that takes. */
const STARTS = 3;
const WARM_UP_CONNECTIONS = 8;

/** How a run talks to whoever started it. */
export interface Run {
  progress(line: string): void;
  /** Aborted by Ctrl-C: the round that is under way is the last one. */
  signal: AbortSignal;
}

async function runRound(
  { instance, url }: Started,
  connections: number,
  seconds: number,
  sentences: string[],
): Promise<Round> {
  const before = await readCpuSeconds(instance.pid);
  const seen = await sendLoad({ url, connections, seconds, sentences });
  return { ...seen, connections, cpuSeconds: (await readCpuSeconds(instance.pid)) - before };
}

async function startRepeatedly(target: Target): Promise<{ started: Started; readySeconds: number[] }> {
  const readySeconds: number[] = [];
  for (;;) {
    const started = await start(target);
    readySeconds.push(started.readySeconds);
    if (readySeconds.length === STARTS) return { started, readySeconds };
    await started.instance.stop();
  }
}

/**
 * Measures targets in turns: they all run, one at a time has work.
 * @throws FortressError when one does not start or answers a request with an error
 */
export async function measure(
  targets: Target[],
  sentences: string[],
  { rounds, seconds, warmUpSeconds, connections }: BenchOptions,
  { progress, signal }: Run,
): Promise<TargetResult[]> {
  const running: { started: Started; readySeconds: number[]; rounds: Round[] }[] = [];
  try {
    for (const target of targets) {
      signal.throwIfAborted();
      progress(`starting ${target.title}`);
      running.push({ ...(await startRepeatedly(target)), rounds: [] });
    }
    for (const { started } of running) {
      signal.throwIfAborted();
      progress(`warming up ${started.target.title}`);
      await runRound(started, WARM_UP_CONNECTIONS, warmUpSeconds, sentences);
    }
    for (const count of connections) {
      for (let round = 0; round < rounds; round++) {
        progress(`round ${round + 1} of ${rounds} with ${count} connection${count === 1 ? '' : 's'}`);
        for (const entry of rotated(running, round)) {
          signal.throwIfAborted();
          entry.rounds.push(await runRound(entry.started, count, seconds, sentences));
        }
      }
    }
    return await Promise.all(
      running.map(async ({ started: { target, instance }, readySeconds, rounds: ran }) =>
        summarize(target, readySeconds, await readPeakMemory(instance.pid), ran),
      ),
    );
  } finally {
    await Promise.all(running.map(({ started }) => started.instance.stop()));
  }
}

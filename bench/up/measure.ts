import { setTimeout as sleep } from 'node:timers/promises';
import { operationError } from '../../src/errors.js';
import type { ComposeForm } from './compose-file.js';
import type { ComposeStack } from './compose-stack.js';
import { predict, type Client, type Stage } from './stage.js';
import type { Timed } from './timed.js';

/** One way to bring the stack up. */
export interface Contender {
  title: string;
  httpsPort: number;
  /** Addresses of the replicas that a prediction may come from. */
  replicas: string[];
  up(): Promise<Timed>;
  down(): Promise<unknown>;
  /** What its output says when there is nothing to change. */
  isIdle(output: string): boolean;
}

/** Seconds of one run. */
export interface Run {
  wall: number;
  cpu: number;
  /** Until the first prediction came through the gateway; only of a cold start. */
  firstPrediction?: number;
}

export interface Measured {
  title: string;
  runs: Run[];
}

export interface MeasureOptions {
  rounds: number;
  signal: AbortSignal;
  progress(line: string): void;
}

/** Milliseconds from an answer that is none to the next request. */
const POLL = 25;
/** Seconds. */
const PATIENCE = 60;

export const fortressContender = (stage: Stage, replicas: string[], ...flags: string[]): Contender => ({
  title: ['fortress up', ...flags].join(' '),
  httpsPort: stage.httpsPort,
  replicas,
  up: () => stage.fortress('up', ...flags),
  down: () => stage.fortress('down', '--volumes'),
  isIdle: (output) => output.includes('nothing to change'),
});

export const composeContender = (twin: ComposeStack, form: ComposeForm): Contender => ({
  title: `docker compose up -d (${form})`,
  httpsPort: twin.httpsPort,
  replicas: twin.replicas.own,
  up: () => twin.up(form),
  down: () => twin.down(),
  isIdle: (output) => output.includes('Running') && !/Creat|Recreat|Start/.test(output),
});

/** Every contender once per round, in an order that rotates, so that a machine's moods meet all alike. */
async function inTurns(
  contenders: Contender[],
  { rounds, signal, progress }: MeasureOptions,
  measure: (contender: Contender) => Promise<Run>,
): Promise<Measured[]> {
  const measured = contenders.map(({ title }): Measured => ({ title, runs: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      signal.throwIfAborted();
      const index = (round + turn) % contenders.length;
      const contender = contenders[index];
      if (contender === undefined) continue;
      const run = await measure(contender);
      const first = run.firstPrediction === undefined ? '' : `, first prediction ${run.firstPrediction.toFixed(2)} s`;
      progress(`round ${round + 1}/${rounds}: ${contender.title}: ${run.wall.toFixed(2)} s${first}`);
      measured[index]?.runs.push(run);
    }
  }
  return measured;
}

/**
 * What it costs to find that nothing is to be done; all stacks are up.
 * @throws FortressError (exit 1) when something was done: that would be another measurement
 */
export const measureIdle = (contenders: Contender[], options: MeasureOptions): Promise<Measured[]> =>
  inTurns(contenders, options, async ({ title, up, isIdle }) => {
    const { wall, cpu, output } = await up();
    if (isIdle(output)) return { wall, cpu };
    throw operationError('NOT_IDLE', `${title} changed something`, { why: output });
  });

/** From nothing but images and credentials to a stack that serves; no stack is up before or after. */
export const measureCold = (contenders: Contender[], client: Client, options: MeasureOptions): Promise<Measured[]> =>
  inTurns(contenders, options, async (contender) => {
    const watch = watchForPrediction(contender, client);
    try {
      const { wall, cpu } = await contender.up();
      return { wall, cpu, firstPrediction: await watch.first };
    } finally {
      watch.stop();
      await contender.down();
    }
  });

interface Watch {
  /** Seconds since the call. Rejects when none comes in a minute. */
  first: Promise<number>;
  stop(): void;
}

/**
 * Asks the gateway for a prediction as soon as the replicas say that they are ready: a gateway that is asked before
 * takes them for dead for two seconds, and that would be the benchmark's doing.
 */
function watchForPrediction({ httpsPort, replicas }: Contender, client: Client): Watch {
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  const controller = new AbortController();
  const succeeds = async (ask: () => Promise<{ status: number }>): Promise<void> => {
    while (
      !(await ask().then(
        ({ status }) => status === 200,
        () => false,
      ))
    ) {
      if (elapsed() > PATIENCE) throw operationError('NOT_READY', `no prediction within ${PATIENCE} s`);
      await sleep(POLL, undefined, { signal: controller.signal });
    }
  };
  const watch = async (): Promise<number> => {
    await Promise.all(replicas.map((address) => succeeds(() => askReplica(address))));
    await succeeds(() => predict(httpsPort, client));
    return elapsed();
  };
  const first = watch();
  // Who stops before it came does not want to hear of it.
  first.catch(() => undefined);
  return { first, stop: () => controller.abort() };
}

/** The engine's machine reaches containers of internal networks, too. Without an answer in time it asks again. */
const askReplica = (address: string): Promise<{ status: number }> =>
  fetch(`http://${address}:8000/ready`, { signal: AbortSignal.timeout(500) });

import { cpus, loadavg } from 'node:os';
import { execa } from 'execa';
import { findEngine } from '../../engine.js';
import { interruption, progress } from '../interruption.js';
import { setStage, type Stage } from '../stage.js';
import { killInTurn, type Kill } from './kills.js';
import { startLoad, untilSent, type Load } from './load.js';
import { readOptions, USAGE, type ChangeOptions } from './options.js';
import { allPhases, trainOtherModel, type Phase } from './phases.js';
import { formatResult, toDocument, type ChangeResult } from './report.js';
import { runBench } from '../../run-bench.js';

/** Names of what is no change: requests before the first one, and those during the kills. */
const WARM_UP = 'warm-up';
const KILLS = 'kills';

async function bench(options: ChangeOptions, signal: AbortSignal): Promise<ChangeResult> {
  const { docker } = await findEngine();
  const stage = await setStage();
  const loadAverage = loadavg()[0] ?? 0;
  try {
    progress('building the images, where they are missing');
    await stage.fortress('up');
    await trainOtherModel(stage);
    const phases = allPhases();
    const { rate, connections } = options;
    const load = startLoad({ port: stage.httpsPort, client: await stage.client(), rate, connections });
    const took: number[] = [];
    let kills: Kill[] = [];
    let sent: Awaited<ReturnType<Load['stop']>>;
    try {
      load.enter(WARM_UP);
      await untilSent(load, WARM_UP, rate, signal);
      for (const phase of phases)
        took.push(await runPhase(phase, { stage, load, signal, ...shareOf(options, phases) }));
      progress('kills');
      load.enter(KILLS);
      const scene = { docker, project: stage.project, load, phase: KILLS };
      kills = await killInTurn(scene, { ...options, signal });
      await untilSent(load, KILLS, options.requests, signal);
    } finally {
      sent = await load.stop();
    }
    return {
      machine: {
        processor: cpus()[0]?.model ?? '',
        node: process.versions.node,
        nginx: await nginxVersion(stage),
        loadAverage,
      },
      rate,
      phases: phases.map(({ name }, index) => ({ name, seconds: took[index] ?? 0, sent: sent.get(name) ?? [] })),
      killed: { kills, sent: sent.get(KILLS) ?? [] },
    };
  } finally {
    await stage.remove();
  }
}

/** Every phase has as many requests; one that takes longer has more. */
const shareOf = ({ requests }: ChangeOptions, phases: Phase[]): { share: number } => ({
  share: Math.ceil(requests / phases.length),
});

interface PhaseOptions {
  stage: Stage;
  load: Load;
  share: number;
  signal: AbortSignal;
}

/** @returns seconds that the change took */
async function runPhase({ name, change }: Phase, { stage, load, share, signal }: PhaseOptions): Promise<number> {
  signal.throwIfAborted();
  load.enter(name);
  const startedAt = performance.now();
  await change(stage);
  const seconds = (performance.now() - startedAt) / 1000;
  progress(`${name}: ${seconds.toFixed(1)} s, ${load.sentIn(name)} requests meanwhile`);
  await untilSent(load, name, share, signal);
  return seconds;
}

/** `nginx/1.26.3`: how it reloads depends on it. */
async function nginxVersion({ project }: Stage): Promise<string> {
  const { stderr } = await execa('docker', ['exec', `${project}-gateway-1`, 'nginx', '-v'], { reject: false });
  return /nginx\/[\d.]+/.exec(stderr)?.[0] ?? 'nginx';
}

await runBench({ usage: USAGE, readOptions, bench, toDocument, formatResult }, interruption());

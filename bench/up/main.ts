import { cpus, loadavg } from 'node:os';
import { findEngine } from '../engine.js';
import { composeTwin, removeTwin, type ComposeStack } from './compose-stack.js';
import { interruption, progress } from './interruption.js';
import { composeContender, fortressContender, measureCold, measureIdle, type Measured } from './measure.js';
import { readOptions, USAGE, type UpOptions } from './options.js';
import { formatResult, toDocument, type UpResult } from './report.js';
import { setStage, type Stage } from './stage.js';
import { runBench } from '../run-bench.js';

async function bench({ rounds }: UpOptions, signal: AbortSignal): Promise<UpResult> {
  const { docker } = await findEngine();
  const loadAverage = loadavg()[0] ?? 0;
  const stage = await setStage();
  let twin: ComposeStack | null = null;
  try {
    progress('building the images, where they are missing');
    await stage.fortress('up');
    twin = await composeTwin(stage, docker);
    const measured = await measure(stage, twin, { rounds, signal });
    const machine = {
      processor: cpus()[0]?.model ?? '',
      node: process.versions.node,
      compose: twin.version.trim(),
      loadAverage,
    };
    return { machine, ...measured };
  } finally {
    await removeTwin(twin);
    await stage.remove();
  }
}

async function measure(
  stage: Stage,
  twin: ComposeStack,
  { rounds, signal }: { rounds: number; signal: AbortSignal },
): Promise<Pick<UpResult, 'idle' | 'cold'>> {
  const options = { rounds, signal, progress };
  const ours = [[], ['--no-probe']].map((flags) => fortressContender(stage, twin.replicas.original, ...flags));
  const usual = composeContender(twin, 'usual');
  const hasty = composeContender(twin, 'hasty');
  const fastest = composeContender(twin, 'fastest');
  const idle: Measured[][] = [];
  for (const compose of [fastest, usual]) {
    await compose.up();
    // Once without looking: the first one finds nothing in the caches.
    await measureIdle([...ours, compose], { ...options, rounds: 1, progress: () => undefined });
    idle.push(await measureIdle([...ours, compose], options));
  }
  await Promise.all([fastest.down(), stage.fortress('down', '--volumes')]);
  const cold = await measureCold([...ours, hasty, fastest], await stage.client(), options);
  return { idle, cold };
}

await runBench({ usage: USAGE, readOptions, bench, toDocument, formatResult }, interruption());

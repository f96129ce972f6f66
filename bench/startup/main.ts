import { cpus, loadavg } from 'node:os';
import { findEngine } from '../engine.js';
import { runBench } from '../run-bench.js';
import { interruption, progress } from '../up/interruption.js';
import { setStage } from '../up/stage.js';
import { measureStarts } from './measure.js';
import { readOptions, USAGE, type StartupOptions } from './options.js';
import { formatResult, toDocument, type StartupResult } from './report.js';
import { subjectsIn } from './subjects.js';

async function bench({ rounds }: StartupOptions, signal: AbortSignal): Promise<StartupResult> {
  await findEngine();
  const machine = { processor: cpus()[0]?.model ?? '', node: process.versions.node, loadAverage: loadavg()[0] ?? 0 };
  const up = await setStage();
  try {
    progress('building the images, where they are missing');
    await up.fortress('up');
    const down = await setStage();
    try {
      const subjects = subjectsIn({ up: up.folder, down: down.folder });
      return { machine, rounds, measured: await measureStarts(subjects, { rounds, signal, progress }) };
    } finally {
      await down.remove();
    }
  } finally {
    await up.remove();
  }
}

await runBench({ usage: USAGE, readOptions, bench, toDocument, formatResult }, interruption());

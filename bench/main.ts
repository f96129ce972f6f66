import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { messageOf, operationError } from '../src/errors.js';
import { readDataset } from '../src/train/dataset.js';
import { leaveServerCore } from './cores.js';
import { findEngine, isLack } from './engine.js';
import { measure } from './measure.js';
import { readOptions, USAGE, type BenchOptions } from './options.js';
import { formatResult, toDocument, type BenchResult } from './report.js';
import { makeSentences } from '../src/bench/sentences.js';
import { makeSyntheticCorpus, type Corpus } from './synthetic-corpus.js';
import { bareTarget } from './targets/bare.js';
import { courseTarget } from './targets/course.js';
import { serverContainerTarget } from './targets/server-container.js';
import { serverTarget } from './targets/server.js';
import type { Target } from './targets/target.js';
import { runBench } from './run-bench.js';

const SENTENCES = 3000;

/** Told to people who watch: stdout is for the result. */
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort());
  return controller.signal;
}

async function corpusFor({ data, textColumn, labelColumn }: BenchOptions): Promise<Corpus> {
  if (data === undefined) return makeSyntheticCorpus();
  const { texts, classes, labels } = await readDataset(data, { text: textColumn, label: labelColumn });
  return { texts, labels: Array.from(classes, (number) => labels[number] ?? '') };
}

/** The targets that need the engine, or why there are none. */
async function containerTargets(
  options: BenchOptions,
  signal: AbortSignal,
): Promise<Pick<BenchResult, 'missing'> & { targets: Target[] }> {
  const targets: Target[] = [];
  const transfer = { report: progress, signal };
  try {
    const corpus = await corpusFor(options);
    const engine = await findEngine();
    targets.push(await courseTarget(engine, corpus, transfer));
    if (options.container) targets.push(await serverContainerTarget(engine, options.modelFile, transfer));
    return { targets, missing: [] };
  } catch (error) {
    if (!isLack(error)) throw error;
    const why = [messageOf(error), error.why, error.hint].filter((part) => part !== undefined).join('; ');
    return { targets, missing: [{ title: 'what runs in containers', why }] };
  }
}

async function bench(options: BenchOptions, signal: AbortSignal): Promise<BenchResult> {
  const { serverFile, modelFile } = options;
  if (!existsSync(serverFile)) {
    throw operationError('SERVER_NOT_BUILT', `the model server is missing: ${serverFile}`, {
      hint: 'run `npm run build`',
    });
  }
  await leaveServerCore();
  const { targets, missing } = await containerTargets(options, signal);
  const machine = { processor: cpus()[0]?.model ?? '', node: process.versions.node, loadAverage: loadavg()[0] ?? 0 };
  const all = [serverTarget(serverFile, modelFile), bareTarget, ...targets];
  return { machine, targets: await measure(all, makeSentences(SENTENCES), options, { progress, signal }), missing };
}

await runBench({ usage: USAGE, readOptions, bench, toDocument, formatResult }, interruption());

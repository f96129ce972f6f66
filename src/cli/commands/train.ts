import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../package-root.js';
import { timeDesigns } from '../../train/self-contained/time-designs.js';
import { createWorkerRunner } from '../../train/worker-runner.js';
import type { CommandBody } from '../command.js';
import { runTraining, type TrainFlags } from '../run-training.js';

/** `fortress train`: CSV → model.onnx, model.json, a model card and its picture. */
export const run: CommandBody<TrainFlags> = ({ options, signal }) =>
  runTraining(options, {
    run: createWorkerRunner(join(packageRoot(), 'dist/train/worker.js')),
    parallel: availableParallelism(),
    timeDesigns,
    signal,
  });

import { Worker } from 'node:worker_threads';
import { operationError } from '../errors.js';
import type { TaskOutput, TaskName, TaskRunner } from './tasks.js';
import { unpackError, type WorkerMessage, type WorkerTask } from './worker-messages.js';

const died = (name: TaskName, why: string, cause?: unknown): Error =>
  operationError('TRAINING_DIED', `The training thread "${name}" ended before its work was done`, {
    why,
    hint: 'If memory ran out, train on fewer rows or give Node more: NODE_OPTIONS=--max-old-space-size=4096',
    cause,
  });

/**
 * Runs each task in a thread of its own, which ends with it.
 * @param file the built `worker.ts`
 * @throws what the task throws, as it is; FortressError `TRAINING_DIED` (exit 1) when the thread breaks down
 */
export function createWorkerRunner(file: string): TaskRunner {
  return async (name, input, progress, signal) => {
    signal.throwIfAborted();
    const worker = new Worker(file, { workerData: { name, input } as WorkerTask });
    const stopped = new AbortController();
    try {
      return await new Promise<TaskOutput<typeof name>>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: stopped.signal });
        worker.on('message', (message: WorkerMessage) => {
          if (message.kind === 'progress') void progress(message.line, message.done);
          else if (message.kind === 'failed') reject(unpackError(message.error));
          else resolve(message.output as TaskOutput<typeof name>);
        });
        worker.on('error', (error) => reject(died(name, error.message, error)));
        worker.on('exit', (code) => reject(died(name, `It exited with code ${code}.`)));
      });
    } finally {
      stopped.abort();
      await worker.terminate();
    }
  };
}

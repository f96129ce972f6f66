// The thread of one task of a training; an entry of its own in dist/.
import { parentPort, workerData } from 'node:worker_threads';
import { runTask } from './tasks.js';
import { packError, type WorkerMessage, type WorkerTask } from './worker-messages.js';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
const send = (message: WorkerMessage): void => parentPort?.postMessage(message);

const { name, input } = workerData as WorkerTask;
try {
  const output = await runTask(name, input, (line, done) => send({ kind: 'progress', line, done }));
  send({ kind: 'done', output });
} catch (error) {
  send({ kind: 'failed', error: packError(error) });
}

import { once } from 'node:events';
import { join } from 'node:path';
import { FortressError, messageOf } from '../errors.js';
import { buildApp } from './app.js';
import { loadClassifier } from './classifier.js';
import { drain } from './drain.js';
import { createLogStream } from './log-stream.js';
import { createRegistry, watchProcess, watchRuns } from './metrics.js';
import { readSettings } from './settings.js';

/** Beside the bundle. */
const DOCS_FOLDER = join(import.meta.dirname, 'docs');

/** Aborted by SIGTERM or SIGINT. As process 1 of a container only signals that are listened to arrive. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => controller.abort());
  return controller.signal;
}

async function serve(stop: AbortSignal): Promise<void> {
  const settings = readSettings(process.env);
  const register = createRegistry(settings);
  const classifier = await loadClassifier(settings.modelPath, watchRuns(register));
  watchProcess(register);
  const state = { draining: false };
  // Whoever reads the log may go away; the server stays.
  process.stdout.on('error', () => {});
  const log = createLogStream((text) => void process.stdout.write(text));
  process.on('exit', log.flush);
  const app = buildApp({ settings, classifier, state, register, docsFolder: DOCS_FOLDER, log });
  await app.listen({ host: settings.host, port: settings.port });
  if (!stop.aborted) await once(stop, 'abort');
  await drain(app, state);
}

function describe(error: unknown): string {
  const why = error instanceof FortressError ? error.why : undefined;
  const line = why === undefined ? messageOf(error) : `${messageOf(error)}: ${why}`;
  return line.replaceAll(/\s+/g, ' ');
}

try {
  await serve(stopSignal());
  process.exit(0);
} catch (error) {
  process.stderr.write(`model server: ${describe(error)}\n`);
  process.exit(1);
}

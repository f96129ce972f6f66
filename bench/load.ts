import { join } from 'node:path';
import { execa } from 'execa';
import { operationError } from '../src/errors.js';
import { packageRoot } from '../src/package-root.js';
import { CLIENT_CORE, pinned } from './cores.js';

export interface Load {
  url: string;
  /** Each sends its next request when it has the answer to the last one. */
  connections: number;
  seconds: number;
  sentences: string[];
}

/** What the client saw. */
export interface Seen {
  requests: number;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/**
 * Sends `POST` requests over keep-alive connections, from the client's core.
 * @throws FortressError when a request was not answered with success: what is left measures nothing
 */
export async function sendLoad(load: Load): Promise<Seen> {
  const [command, parameters] = pinned(CLIENT_CORE, process.execPath, join(packageRoot(), 'bench', 'load-client.js'));
  const { stdout } = await execa(command, parameters, { input: JSON.stringify(load), stderr: 'inherit' });
  const { failures, ...seen } = JSON.parse(stdout) as Seen & { failures: number };
  if (failures === 0 && seen.requests > 0) return seen;
  throw operationError('LOAD_FAILED', `${failures} of ${seen.requests} requests to ${load.url} failed`, {
    hint: 'try one by hand: curl -d \'{"sentence":"hello"}\' -H content-type:application/json',
  });
}

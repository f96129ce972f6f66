import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { operationError } from '../src/errors.js';
import type { Instance, Target } from './targets/target.js';

const PATIENCE = 60_000;
const POLL = 5;

export interface Started {
  target: Target;
  instance: Instance;
  url: string;
  /** From the start of its process to its first prediction. */
  readySeconds: number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Whether a prediction is answered with success. */
const predicts = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' };
    request(url, { method: 'POST', headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('error', () => resolve(false))
      .end('{"sentence":"hello"}');
  });

/**
 * Starts a server and waits until it predicts.
 * @throws FortressError when it does not within a minute
 */
export async function start(target: Target): Promise<Started> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/predict`;
  let startedAt = performance.now();
  const instance = await target.start(port, () => (startedAt = performance.now()));
  while (!(await predicts(url))) {
    if (performance.now() - startedAt > PATIENCE) {
      await instance.stop();
      throw operationError('NOT_READY', `${target.title} gave no prediction within ${PATIENCE / 1000} s`, {
        hint: 'what it printed may say why',
      });
    }
    await sleep(POLL);
  }
  return { target, instance, url, readySeconds: (performance.now() - startedAt) / 1000 };
}

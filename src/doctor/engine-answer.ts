import { request } from 'node:http';
import type { EngineAddress } from '../engine/docker/address.js';

export type Answer = 'yes' | 'no' | 'hangs' | 'denied';

/**
 * Whether somebody answers on the engine's socket. Asked first because an engine that hangs would
 * keep the Docker client waiting for ever. Other addresses than sockets are taken to answer.
 * @param timeout milliseconds
 */
export function askForAnswer({ url }: EngineAddress, timeout: number): Promise<Answer> {
  if (!url.startsWith('unix://')) return Promise.resolve('yes');
  return new Promise((resolve) => {
    const socketPath = decodeURIComponent(new URL(url).pathname);
    // No agent: a connection kept from an earlier question says nothing about the engine now.
    const call = request({ socketPath, path: '/_ping', agent: false }, (response) => {
      response.resume();
      response.once('close', () => resolve('yes'));
    });
    call.setTimeout(timeout, () => {
      resolve('hangs');
      call.destroy();
    });
    call.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES' ? 'denied' : 'no'));
    call.end();
  });
}

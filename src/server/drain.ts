import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ServerState } from './state.js';

/** Milliseconds in which `/ready` says 503 while requests that are on their way are still accepted. */
const NOTICE = 250;
/** Milliseconds after which connections that still do not end are cut. */
const DEADLINE = 4000;

/** Stops the server: says so, stops accepting, finishes what is in flight. Takes at most `NOTICE + DEADLINE`. */
export async function drain(app: FastifyInstance, state: ServerState): Promise<void> {
  state.draining = true;
  app.log.info('shutting down: finishing requests in flight');
  await sleep(NOTICE);
  const cut = setTimeout(() => {
    app.log.warn(`cutting connections that did not end within ${DEADLINE} ms`);
    app.server.closeAllConnections();
  }, DEADLINE);
  await app.close();
  clearTimeout(cut);
  app.log.info('stopped');
}

import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../src/errors.js';
import type { Answer } from '../../support/http.js';
import type { Tally } from '../../support/traffic.js';

/** Milliseconds before and after the work. */
const MARGIN = 400;

/**
 * Counts what fails while `work` runs: clients that each ask again as soon as they have an answer,
 * always on a new connection. So requests are under way at every moment.
 */
export async function underLoad<T>(
  clients: number,
  ask: () => Promise<Answer>,
  work: () => Promise<T>,
): Promise<{ result: T; tally: Tally }> {
  const tally: Tally = { sent: 0, failures: [] };
  const startedAt = performance.now();
  const over = new AbortController();
  const client = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const at = Math.round(performance.now() - startedAt);
      tally.sent += 1;
      const complaint = await ask().then(
        ({ status, body }) => (status === 200 ? null : `${status} ${body.trim()}`),
        messageOf,
      );
      if (complaint !== null) tally.failures.push(`at ${at} ms: ${complaint}`);
      // A gateway that refuses connections would be asked without a pause.
      if (complaint !== null) await sleep(20);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  try {
    await sleep(MARGIN);
    const result = await work();
    await sleep(MARGIN);
    return { result, tally };
  } finally {
    over.abort();
    await all;
  }
}

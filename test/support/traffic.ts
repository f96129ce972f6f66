import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../src/errors.js';
import type { Answer } from './http.js';

export interface Tally {
  sent: number;
  /** What went wrong, a line for each failed request. */
  failures: string[];
}

/** Milliseconds between two requests: 8 a second, a load that any stack must bear. */
const INTERVAL = 125;
const MARGIN = 400;

/**
 * Counts what fails while `work` runs, and for a moment before and after: a client that asks all the
 * time, each time on a new connection.
 */
export async function underTraffic<T>(
  ask: () => Promise<Answer>,
  work: () => Promise<T>,
): Promise<{ result: T; tally: Tally }> {
  const requests: Promise<string | null>[] = [];
  const startedAt = performance.now();
  const timer = setInterval(() => void requests.push(complaint(ask, startedAt)), INTERVAL);
  try {
    await sleep(MARGIN);
    const result = await work();
    await sleep(MARGIN);
    clearInterval(timer);
    const complaints = await Promise.all(requests);
    return { result, tally: { sent: complaints.length, failures: complaints.filter((line) => line !== null) } };
  } finally {
    clearInterval(timer);
  }
}

async function complaint(ask: () => Promise<Answer>, startedAt: number): Promise<string | null> {
  const at = `at ${Math.round(performance.now() - startedAt)} ms`;
  try {
    const { status, body } = await ask();
    return status === 200 && body.includes('"prediction value"') ? null : `${at}: ${status} ${body.trim()}`;
  } catch (error) {
    return `${at}: ${messageOf(error)}`;
  }
}

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { docker } from './engine.js';

interface Event {
  Action: string;
  Actor: { Attributes: Record<string, string> };
}

/** Milliseconds without an event after which none is expected any more. */
const QUIET = 300;

/** The engine's words for what a plan calls `create`, `start`, `stop`, `remove`, `reload`. */
function verbOf({ Action }: Event): string | null {
  if (['create', 'start', 'stop'].includes(Action)) return Action;
  if (Action === 'destroy') return 'remove';
  // The signal comes from inside: one that the engine sends would cost the container its restarts.
  return /^exec_start: .*kill -s HUP 1$/.test(Action) ? 'reload' : null;
}

/**
 * What really happened to a project's containers while `work` ran, as the engine itself reports it:
 * `create shop-api-v1-4`, sorted.
 */
export async function recordEvents<T>(
  project: string,
  work: () => Promise<T>,
): Promise<{ result: T; events: string[] }> {
  const stream = await docker.getEvents({
    filters: { type: ['container'], label: [`dev.fortress.project=${project}`] },
  });
  const events: string[] = [];
  let last = 0;
  createInterface({ input: stream }).on('line', (line) => {
    const event = JSON.parse(line) as Event;
    const verb = verbOf(event);
    if (verb === null) return;
    last = Date.now();
    events.push(`${verb} ${event.Actor.Attributes['name']}`);
  });
  try {
    const result = await work();
    last = Math.max(last, Date.now());
    while (Date.now() - last < QUIET) await sleep(50);
    return { result, events: events.toSorted() };
  } finally {
    (stream as Readable).destroy();
  }
}

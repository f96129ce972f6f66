import { messageOf } from '../errors.js';
import type { ContainerEvent } from './container-event.js';
import type { GuardEngine, Listed } from './guard-engine.js';
import { decide, TIMES, type Decision, type Patient } from './healing.js';
import { afterEvent, afterLook, NO_HISTORY, withoutShutdown, type History } from './history.js';

export interface WatchOptions {
  engine: GuardEngine;
  /** Whether this is still the project's guard. */
  isOwner(): Promise<boolean>;
  /** Whether another fortress is changing the project just now. */
  isLocked(): Promise<boolean>;
  /** Gets one line for each act. */
  log(line: string): Promise<void>;
  /** Ends the watching. */
  signal: AbortSignal;
}

/** Milliseconds. */
const TICK = 5000;
const LOOK_INTERVAL = 30_000;
/** How long a project may be without containers before its guard goes. */
const EMPTY_TIMEOUT = 10_000;
/** How soon a change by another fortress is looked at again. */
const LOCKED_PAUSE = 1000;
/** How soon what happened to a container that is being treated is thought about. */
const BUSY_PAUSE = 100;
/** Between two attempts to reach the engine: the first, doubled up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;

/** Of each container; more than any decision asks for. */
const ACTS_KEPT = 20;

const now = (): number => performance.now();

/**
 * Watches the containers of a project and heals those that the engine leaves dead, until there is
 * nothing more to watch. A day without accidents costs one request in 30 seconds.
 * @returns why it ended
 */
export async function watch(options: WatchOptions): Promise<string> {
  const { engine, isOwner, isLocked, signal } = options;
  const end = new AbortController();
  let reason = 'told to';
  const finish = (why: string): void => {
    reason = why;
    end.abort();
  };
  const ward = createWard(options, end.signal);
  let lookedAt = -Infinity;
  let emptySince: number | null = null;

  const look = async (): Promise<void> => {
    const listed = await engine.list();
    lookedAt = now();
    ward.look(listed);
    emptySince = listed.length > 0 || (await isLocked()) ? null : (emptySince ?? now());
    if (emptySince !== null && now() - emptySince >= EMPTY_TIMEOUT) finish('the project has no containers any more');
  };
  const tick = async (): Promise<void> => {
    if (!(await isOwner())) return finish('it is no longer the guard of this project');
    if (emptySince !== null || now() - lookedAt >= LOOK_INTERVAL) await look();
  };

  const happened = (event: ContainerEvent): void => {
    ward.event(event);
    // It may have been the last one.
    if (event.action === 'destroy') void look().catch(() => undefined);
  };

  // An engine that is away is noticed by the stream, which also knows when it is back.
  const timer = setInterval(() => void tick().catch(() => undefined), TICK);
  signal.addEventListener('abort', () => end.abort(), { once: true });
  if (signal.aborted) end.abort();
  let pause = FIRST_PAUSE;
  while (!end.signal.aborted) {
    const connected = (): void => {
      pause = FIRST_PAUSE;
      ward.connected();
      void look().catch(() => undefined);
    };
    await engine.follow(connected, happened, end.signal).catch(() => undefined);
    ward.disconnected();
    await sleep(pause, end.signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
  clearInterval(timer);
  await ward.close();
  return reason;
}

/** Until the time is over or the signal aborts. */
const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    signal.addEventListener('abort', over);
    if (signal.aborted) over();
  });

interface Ward {
  connected(): void;
  disconnected(): void;
  event(event: ContainerEvent): void;
  /** All containers that there are, as a look found them. */
  look(listed: Listed[]): void;
  /** Resolves when what was begun is done. */
  close(): Promise<void>;
}

/** The containers of the project, with what is known of each, and when to think about each next. */
function createWard({ engine, isOwner, isLocked, log }: WatchOptions, signal: AbortSignal): Ward {
  let histories = new Map<string, History>();
  let reconnectedAt = -Infinity;
  let brokenAt: number | null = null;
  let settling: NodeJS.Timeout | undefined;
  const timers = new Map<string, NodeJS.Timeout>();
  const treated = new Map<string, Promise<void>>();
  /** Why each one was left as it is, so that it is said once. */
  const said = new Map<string, string>();

  const historyOf = (id: string): History => histories.get(id) ?? NO_HISTORY;
  const forget = (id: string): void => {
    clearTimeout(timers.get(id));
    timers.delete(id);
    histories.delete(id);
    said.delete(id);
  };
  const schedule = (id: string, at: number): void => {
    clearTimeout(timers.get(id));
    if (signal.aborted) return;
    timers.set(
      id,
      setTimeout(
        () => {
          timers.delete(id);
          treat(id);
        },
        Math.max(0, at - now()),
      ),
    );
  };
  /** One thing at a time for each container; what happens meanwhile is thought about afterwards. */
  const treat = (id: string): void => {
    if (signal.aborted) return;
    if (treated.has(id)) return schedule(id, now() + BUSY_PAUSE);
    const treatment = consider(id)
      .catch(() => undefined)
      .finally(() => treated.delete(id));
    treated.set(id, treatment);
  };

  async function consider(id: string): Promise<void> {
    const patient = await engine.inspect(id);
    if (patient === null) return forget(id);
    histories.set(id, afterLook(historyOf(id), patient, now()));
    const decision = decide(patient, historyOf(id), reconnectedAt, now());
    if (decision.kind === 'wait') return schedule(id, decision.until);
    if (decision.kind === 'leave') return sayOnce(id, patient, decision.why);
    if (await isLocked()) return schedule(id, now() + LOCKED_PAUSE);
    if (await isOwner()) await heal(id, patient, decision);
  }

  async function sayOnce(id: string, { name }: Patient, why: string | null): Promise<void> {
    if (why === null) said.delete(id);
    else if (said.get(id) !== why) {
      said.set(id, why);
      await log(`${name} left as it is: ${why}`);
    }
  }

  async function heal(id: string, { name, state }: Patient, { by, why }: Decision & { kind: 'heal' }): Promise<void> {
    const startedAt = now();
    const acts = [...historyOf(id).acts, { at: startedAt, found: state }].slice(-ACTS_KEPT);
    histories.set(id, { ...historyOf(id), acts });
    said.delete(id);
    try {
      await engine[by](id);
      histories.set(id, { ...historyOf(id), failures: 0 });
      await log(`${name} ${by}ed in ${Math.round(now() - startedAt)} ms: ${why}`);
    } catch (error) {
      // What the attempt itself did to it is nobody's wish.
      const { failures } = historyOf(id);
      histories.set(id, { ...historyOf(id), signals: [], stoppedAt: null, failures: failures + 1 });
      await log(`${name} could not be ${by}ed: ${messageOf(error)} (${why})`);
    }
    schedule(id, now() + LOCKED_PAUSE);
  }

  return {
    connected: () => {
      if (brokenAt === null) return;
      const since = brokenAt;
      brokenAt = null;
      reconnectedAt = now();
      // Before anything that has ended is decided upon.
      settling = setTimeout(() => (histories = withoutShutdown(histories, since)), TIMES.afterEnd - BUSY_PAUSE);
    },
    disconnected: () => {
      brokenAt ??= now();
      clearTimeout(settling);
    },
    event: (event) => {
      const { id, action } = event;
      if (action === 'destroy') return forget(id);
      histories.set(id, afterEvent(historyOf(id), event, now()));
      if (action === 'start') said.delete(id);
      if (action === 'die' || action === 'unhealthy' || action === 'stop') schedule(id, now());
    },
    look: (listed) => {
      const there = new Set(listed.map(({ id }) => id));
      for (const id of histories.keys()) if (!there.has(id)) forget(id);
      for (const container of listed) {
        histories.set(container.id, afterLook(historyOf(container.id), container, now()));
        const well = container.state === 'running' && !container.unhealthy;
        if (!well && !timers.has(container.id)) schedule(container.id, now());
      }
    },
    close: async () => {
      for (const timer of [settling, ...timers.values()]) clearTimeout(timer);
      await Promise.all(treated.values());
    },
  };
}

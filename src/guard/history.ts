import { constants } from 'node:os';
import type { ObservedContainer } from '../plan/observed.js';
import type { ContainerEvent } from './container-event.js';

/** What the guard has seen of a container. Times are milliseconds on one clock that never goes back. */
export interface History {
  /** When its last run began, or was first seen; null: it has not run since the guard came. */
  startedAt: number | null;
  /** When its last run ended, or was first seen to have ended. */
  endedAt: number | null;
  /** What was sent to it through the engine since its last start. */
  signals: readonly { number: number; at: number }[];
  /** When somebody stopped it (`docker stop`), since its last start. */
  stoppedAt: number | null;
  unhealthySince: number | null;
  /** What the guard did about it, oldest first. */
  acts: readonly Act[];
  /** How often in a row the engine refused what the guard wanted. */
  failures: number;
}

interface Act {
  at: number;
  /** The state in which the guard found it. */
  found: ObservedContainer['state'];
}

export const NO_HISTORY: History = {
  startedAt: null,
  endedAt: null,
  signals: [],
  stoppedAt: null,
  unhealthySince: null,
  acts: [],
  failures: 0,
};

/** A run that has just begun; what was done before to get there stays known. */
const begun = ({ acts }: History, now: number): History => ({ ...NO_HISTORY, startedAt: now, acts });

/** What is known after an event. */
export function afterEvent(history: History, { action, signal }: ContainerEvent, now: number): History {
  switch (action) {
    case 'start':
      return begun(history, now);
    case 'kill':
      return signal === null ? history : { ...history, signals: [...history.signals, { number: signal, at: now }] };
    case 'die':
      return { ...history, startedAt: history.startedAt ?? now, endedAt: now, unhealthySince: null };
    case 'stop':
      return { ...history, stoppedAt: now };
    case 'unhealthy':
      return { ...history, unhealthySince: history.unhealthySince ?? now };
    case 'healthy':
      return { ...history, unhealthySince: null };
    case 'destroy':
      return NO_HISTORY;
    default:
      return action satisfies never;
  }
}

/** What is known after a look, which also finds what no event has told. */
export function afterLook(
  history: History,
  { state, unhealthy }: { state: ObservedContainer['state']; unhealthy: boolean },
  now: number,
): History {
  if (state === 'exited' || state === 'restarting') return { ...history, endedAt: history.endedAt ?? now };
  if (state !== 'running') return history;
  const runsOn = history.startedAt !== null && history.endedAt === null;
  const running = runsOn ? history : begun(history, now);
  return { ...running, unhealthySince: unhealthy ? (history.unhealthySince ?? now) : null };
}

/** Milliseconds: how long an engine takes at most to stop its containers, and within which it begins with all. */
const SHUTDOWN = 60_000;
const AT_ONCE = 2000;

/**
 * What is known after the engine went away and came back. One that shuts down, or finds containers of
 * an engine that was killed, stops them all at once, as if a person had; then it starts them again,
 * but not one that was ever sent a signal through it (a reload is one). Such stops are nobody's wish:
 * they are forgotten. What a person had stopped before stays stopped; and where something ran on, it
 * was not the engine that stopped the rest.
 * @param brokenAt when the engine went away
 */
export function withoutShutdown(histories: ReadonlyMap<string, History>, brokenAt: number): Map<string, History> {
  const all = [...histories.values()];
  const shutdown = Math.max(...all.map(stopBegunAt));
  const everyone = all.every(({ startedAt, endedAt }) => endedAt !== null || (startedAt ?? Infinity) > shutdown);
  return new Map(
    [...histories].map(([id, history]) => {
      const byEngine = everyone && brokenAt - shutdown < SHUTDOWN && shutdown - stopBegunAt(history) < AT_ONCE;
      return [id, byEngine ? { ...history, stoppedAt: null, signals: [] } : history];
    }),
  );
}

/** When somebody began to stop a container; -Infinity: nobody has. A stop that takes too long ends with a SIGKILL. */
const stopBegunAt = ({ signals, stoppedAt }: History): number =>
  signals.findLast(({ number }) => number !== constants.signals.SIGKILL)?.at ?? stoppedAt ?? -Infinity;

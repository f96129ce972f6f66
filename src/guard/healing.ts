import { constants } from 'node:os';
import type { ObservedContainer } from '../plan/observed.js';
import type { History } from './history.js';

/** A container as the engine describes it now. */
export interface Patient {
  name: string;
  state: ObservedContainer['state'];
  /** Its health check has failed too often; the engine does nothing about that. */
  unhealthy: boolean;
  /** Number of the signal with which it is stopped in good order. */
  stopSignal: number;
  /** The engine is to start it again when it ends by itself. */
  restarts: boolean;
  outOfMemory: boolean;
  exitCode: number;
}

export type Decision =
  | { kind: 'heal'; by: 'start' | 'restart'; why: string }
  /** Ask again then, milliseconds on the history's clock. */
  | { kind: 'wait'; until: number }
  /** `why` is for people; null where nothing is wrong. */
  | { kind: 'leave'; why: string | null };

/** Milliseconds. */
export const TIMES = {
  /** From a killed container's end to its start: a removal ends it in the same way and needs a moment more. */
  afterKill: 300,
  /** The same of one that ended by itself: the engine's own restart comes first. */
  afterEnd: 2000,
  /** The longest that a crash loop may be kept waiting by the engine, whose own pauses grow to a minute. */
  crashPause: 10_000,
  /** How long a container may be unhealthy. */
  unhealthy: 60_000,
  /** Between two restarts of an unhealthy one: it may only be slow to begin. */
  unhealthyPause: 300_000,
  /** Pauses after starts that the engine refused: the first, doubled each time up to the longest. */
  refused: 1000,
  longestRefused: 30_000,
} as const;

/** So often within ten minutes a crash loop is hurried; one that does not recover is the engine's again. */
const HURRIES = 6;
const HURRY_WINDOW = 600_000;

const SIGKILL = constants.signals.SIGKILL;

/**
 * What is to be done about a container.
 * @param reconnectedAt when the engine last came back: what it restarts itself, it restarts soon after
 */
export function decide(patient: Patient, history: History, reconnectedAt: number, now: number): Decision {
  switch (patient.state) {
    case 'running':
      return decideRunning(patient, history, now);
    case 'restarting':
      return decideCrashLoop(patient, history, now);
    case 'exited':
      return decideEnded(patient, history, reconnectedAt, now);
    case 'paused':
      return { kind: 'leave', why: 'somebody paused it' };
    default:
      // Being made or removed, by somebody who goes on with it.
      return { kind: 'leave', why: null };
  }
}

function decideRunning({ unhealthy }: Patient, history: History, now: number): Decision {
  const { unhealthySince } = history;
  if (!unhealthy || unhealthySince === null) return { kind: 'leave', why: null };
  const due = Math.max(unhealthySince + TIMES.unhealthy, lastAct(history, 'running') + TIMES.unhealthyPause);
  const why = `it has been unhealthy for ${Math.round((now - unhealthySince) / 1000)} s`;
  return now < due ? { kind: 'wait', until: due } : { kind: 'heal', by: 'restart', why };
}

function decideCrashLoop(patient: Patient, history: History, now: number): Decision {
  const hurries = history.acts.filter(({ at, found }) => found === 'restarting' && now - at < HURRY_WINDOW);
  if (hurries.length >= HURRIES) {
    return { kind: 'leave', why: `it crashes again and again (${causeOf(patient)}); the engine goes on trying` };
  }
  const due = Math.max(history.endedAt ?? now, lastAct(history, 'restarting')) + TIMES.crashPause;
  const why = `it crashed (${causeOf(patient)}) and the engine keeps it waiting`;
  return now < due ? { kind: 'wait', until: due } : { kind: 'heal', by: 'restart', why };
}

function decideEnded(patient: Patient, history: History, reconnectedAt: number, now: number): Decision {
  const { startedAt, endedAt, stoppedAt, failures } = history;
  if (now < reconnectedAt + TIMES.afterEnd) return { kind: 'wait', until: reconnectedAt + TIMES.afterEnd };
  const signals = history.signals.map(({ number }) => number);
  if (stoppedAt !== null || signals.includes(patient.stopSignal)) return { kind: 'leave', why: 'somebody stopped it' };
  if (!patient.restarts) return { kind: 'leave', why: 'it is not to be restarted' };
  if (startedAt === null) return { kind: 'leave', why: 'it had ended before the guard came' };
  const killed = signals.includes(SIGKILL);
  const settled = (endedAt ?? now) + (killed ? TIMES.afterKill : TIMES.afterEnd);
  const due = failures === 0 ? settled : Math.max(settled, lastAct(history, 'exited') + refusedPause(failures));
  if (now < due) return { kind: 'wait', until: due };
  const why = killed ? 'somebody killed it' : `it ended (${causeOf(patient)}) and the engine did not restart it`;
  return { kind: 'heal', by: 'start', why };
}

/** When the guard last did something about a container that it had found so; -Infinity: never. */
const lastAct = ({ acts }: History, found: Patient['state']): number =>
  acts.findLast((act) => act.found === found)?.at ?? -Infinity;

const refusedPause = (failures: number): number => Math.min(TIMES.refused * 2 ** (failures - 1), TIMES.longestRefused);

const causeOf = ({ outOfMemory, exitCode }: Patient): string =>
  outOfMemory ? 'out of memory' : `exit code ${exitCode}`;

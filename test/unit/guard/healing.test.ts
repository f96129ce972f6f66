import { describe, expect, test } from 'vitest';
import { decide, type Decision, type Patient } from '../../../src/guard/healing.js';
import { NO_HISTORY, type History } from '../../../src/guard/history.js';

const KILL = 9;
const QUIT = 3;
const HUP = 1;
const SECOND = 1000;
const MINUTE = 60_000;

const RUNNING: Patient = {
  name: 'shop-gateway-1',
  state: 'running',
  unhealthy: false,
  stopSignal: QUIT,
  restarts: true,
  outOfMemory: false,
  exitCode: 0,
};
const EXITED: Patient = { ...RUNNING, state: 'exited', exitCode: 137 };
const RESTARTING: Patient = { ...RUNNING, state: 'restarting', exitCode: 1 };
const ILL: Patient = { ...RUNNING, unhealthy: true };

/** It ended at 1 h, which is 0 for the times below. */
const ENDED_AT = 60 * MINUTE;
const ended = (...signals: number[]): History => ({
  ...NO_HISTORY,
  startedAt: 0,
  endedAt: ENDED_AT,
  signals: signals.map((number) => ({ number, at: ENDED_AT })),
});

function brief(decision: Decision): string {
  if (decision.kind === 'wait') return `wait until ${decision.until - ENDED_AT}`;
  return decision.kind === 'heal' ? `${decision.by}: ${decision.why}` : `leave: ${decision.why}`;
}

const at = (patient: Patient, history: History, milliseconds: number, reconnectedAt = -Infinity): string =>
  brief(decide(patient, history, ENDED_AT + reconnectedAt, ENDED_AT + milliseconds));

const acts = (found: Patient['state'], ...times: number[]): History['acts'] =>
  times.map((time) => ({ at: ENDED_AT + time, found }));

const since = (time: number, ...restarts: number[]): History => ({
  ...NO_HISTORY,
  startedAt: 0,
  unhealthySince: ENDED_AT + time,
  acts: acts('running', ...restarts),
});

describe('one that has ended', () => {
  test.each<[string, Patient, History, number, string]>([
    ['killed, just now', EXITED, ended(KILL), 0, 'wait until 300'],
    ['killed', EXITED, ended(KILL), 300, 'start: somebody killed it'],
    ['killed after a reload', EXITED, ended(HUP, KILL), 300, 'start: somebody killed it'],
    ['crashed, just now', EXITED, ended(), 0, 'wait until 2000'],
    ['crashed', EXITED, ended(), 2000, 'start: it ended (exit code 137) and the engine did not restart it'],
    [
      'crashed after a reload',
      EXITED,
      ended(HUP),
      2000,
      'start: it ended (exit code 137) and the engine did not restart it',
    ],
    [
      'out of memory',
      { ...EXITED, outOfMemory: true },
      ended(),
      2000,
      'start: it ended (out of memory) and the engine did not restart it',
    ],
    ['stopped', EXITED, { ...ended(QUIT), stoppedAt: ENDED_AT }, MINUTE, 'leave: somebody stopped it'],
    [
      'stopped, it took too long',
      EXITED,
      { ...ended(QUIT, KILL), stoppedAt: ENDED_AT },
      MINUTE,
      'leave: somebody stopped it',
    ],
    ['being stopped', EXITED, ended(QUIT, KILL), 300, 'leave: somebody stopped it'],
    ['told to end by its signal', EXITED, ended(QUIT), MINUTE, 'leave: somebody stopped it'],
    ['stop event only', EXITED, { ...ended(), stoppedAt: ENDED_AT }, MINUTE, 'leave: somebody stopped it'],
    [
      'without a restart policy',
      { ...EXITED, restarts: false },
      ended(KILL),
      MINUTE,
      'leave: it is not to be restarted',
    ],
    [
      'never seen running',
      EXITED,
      { ...ended(), startedAt: null },
      MINUTE,
      'leave: it had ended before the guard came',
    ],
    ['paused', { ...EXITED, state: 'paused' }, ended(), MINUTE, 'leave: somebody paused it'],
    ['being removed', { ...EXITED, state: 'removing' }, ended(KILL), MINUTE, 'leave: null'],
    ['not started yet', { ...EXITED, state: 'created' }, NO_HISTORY, MINUTE, 'leave: null'],
  ])('%s', (_, patient, history, time, decision) => expect(at(patient, history, time)).toBe(decision));

  test('what a returning engine restarts itself is left to it for a moment', () => {
    expect(at(EXITED, ended(KILL), 5 * SECOND, 4 * SECOND)).toBe('wait until 6000');
    expect(at(EXITED, ended(), 6 * SECOND, 4 * SECOND)).toMatch(/^start/);
  });

  test.each([
    [1, 1],
    [2, 2],
    [5, 16],
    [6, 30],
    [50, 30],
  ])('refused %i times in a row, it is tried again after %i s', (failures, seconds) => {
    const history = { ...ended(KILL), failures, acts: acts('exited', 10 * SECOND) };
    expect(at(EXITED, history, 10 * SECOND)).toBe(`wait until ${10 * SECOND + seconds * SECOND}`);
    expect(at(EXITED, history, (10 + seconds) * SECOND)).toMatch(/^start/);
  });

  test('killed again and again, it is started each time at once', () => {
    const history = { ...ended(KILL), acts: acts('exited', -9000, -6000, -3000) };
    expect(at(EXITED, history, 300)).toMatch(/^start/);
  });
});

describe('one that crashes again and again', () => {
  test('is the engine’s for ten seconds', () => {
    expect(at(RESTARTING, ended(), 0)).toBe('wait until 10000');
    expect(at(RESTARTING, ended(), 9999)).toBe('wait until 10000');
    expect(at(RESTARTING, ended(), 10_000)).toBe('restart: it crashed (exit code 1) and the engine keeps it waiting');
  });

  test('is hurried every ten seconds at most', () => {
    expect(at(RESTARTING, { ...ended(), acts: acts('restarting', -1000) }, 9000)).toBe('wait until 10000');
    expect(at(RESTARTING, { ...ended(), acts: acts('restarting', 5000) }, 10_000)).toBe('wait until 15000');
  });

  test('is left to the engine when it does not recover, for ten minutes', () => {
    const history = { ...ended(), acts: acts('restarting', ...[1, 2, 3, 4, 5, 6].map((n) => -n * 20 * SECOND)) };
    expect(at(RESTARTING, history, 10_000)).toMatch(/^leave: it crashes again and again \(exit code 1\)/);
    expect(at(RESTARTING, history, 10 * MINUTE)).toMatch(/^restart/);
  });
});

describe('one that runs', () => {
  test('and is well is left alone', () => expect(at(RUNNING, NO_HISTORY, 0)).toBe('leave: null'));

  test('and is unhealthy is restarted after a minute', () => {
    expect(at(ILL, since(0), 59_999)).toBe('wait until 60000');
    expect(at(ILL, since(0), MINUTE)).toBe('restart: it has been unhealthy for 60 s');
  });

  test('but once in five minutes at most', () => {
    expect(at(ILL, since(0, -MINUTE), MINUTE)).toBe(`wait until ${4 * MINUTE}`);
    expect(at(ILL, since(0, -MINUTE), 4 * MINUTE)).toMatch(/^restart/);
  });

  test('and was started by the guard for another reason is not kept waiting for that', () => {
    expect(at(ILL, { ...since(0), acts: acts('exited', -1000) }, MINUTE)).toMatch(/^restart/);
  });
});

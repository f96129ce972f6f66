import { describe, expect, test } from 'vitest';
import type { ContainerEvent } from '../../../src/guard/container-event.js';
import { afterEvent, afterLook, NO_HISTORY, withoutShutdown, type History } from '../../../src/guard/history.js';

const KILL = 9;
const TERM = 15;
const HUP = 1;

const event = (action: ContainerEvent['action'], signal: number | null = null): ContainerEvent => ({
  id: 'f00',
  action,
  signal,
  nanoseconds: 0,
});

/** What is known after `[time, action, signal]`, one after the other. */
const after = (...events: [number, ContainerEvent['action'], number?][]): History =>
  events.reduce((history, [at, action, signal]) => afterEvent(history, event(action, signal), at), NO_HISTORY);

/** Of which containers a stop is still known after the engine went away. */
const judge = (histories: Record<string, History>, brokenAt: number): Record<string, boolean> =>
  Object.fromEntries(
    [...withoutShutdown(new Map(Object.entries(histories)), brokenAt)].map(([id, { stoppedAt, signals }]) => [
      id,
      stoppedAt !== null || signals.length > 0,
    ]),
  );

describe('events', () => {
  test('a container that is killed', () => {
    expect(after([1, 'start'], [5, 'kill', KILL], [6, 'die'])).toMatchObject({
      startedAt: 1,
      endedAt: 6,
      signals: [{ number: KILL, at: 5 }],
      stoppedAt: null,
    });
  });

  test('a start forgets how the run before ended, and keeps what was done about it', () => {
    const acts = [{ at: 7, found: 'exited' as const }];
    const killed = { ...after([1, 'start'], [5, 'kill', KILL], [6, 'die'], [7, 'stop']), acts, failures: 2 };
    expect(afterEvent(killed, event('start'), 8)).toEqual({ ...NO_HISTORY, startedAt: 8, acts });
  });

  test('whose end is the first that is seen of it ran before', () => {
    expect(after([6, 'die']).startedAt).not.toBeNull();
  });

  test('unhealthy counts from its beginning, until it is healthy or ends', () => {
    expect(after([1, 'unhealthy'], [2, 'unhealthy']).unhealthySince).toBe(1);
    expect(after([1, 'unhealthy'], [2, 'healthy']).unhealthySince).toBeNull();
    expect(after([1, 'unhealthy'], [2, 'die']).unhealthySince).toBeNull();
  });

  test('nothing is known of what is removed', () => expect(after([1, 'start'], [2, 'destroy'])).toEqual(NO_HISTORY));
});

describe('a look', () => {
  test('finds what runs, and since when it has not been seen to', () => {
    expect(afterLook(NO_HISTORY, { state: 'running', unhealthy: false }, 3).startedAt).toBe(3);
    expect(afterLook(after([1, 'start']), { state: 'running', unhealthy: false }, 3).startedAt).toBe(1);
  });

  test('finds an end and a start that no event has told', () => {
    const ended = afterLook(after([1, 'start']), { state: 'exited', unhealthy: false }, 3);
    expect(ended).toMatchObject({ startedAt: 1, endedAt: 3 });
    expect(afterLook(ended, { state: 'restarting', unhealthy: false }, 4).endedAt).toBe(3);
    expect(afterLook(ended, { state: 'running', unhealthy: false }, 5)).toEqual({ ...NO_HISTORY, startedAt: 5 });
  });

  test('finds health', () => {
    const ill = afterLook(after([1, 'start']), { state: 'running', unhealthy: true }, 3);
    expect(ill.unhealthySince).toBe(3);
    expect(afterLook(ill, { state: 'running', unhealthy: true }, 4).unhealthySince).toBe(3);
    expect(afterLook(ill, { state: 'running', unhealthy: false }, 5).unhealthySince).toBeNull();
  });

  test('knows nothing new of what is being made or removed', () => {
    expect(afterLook(NO_HISTORY, { state: 'created', unhealthy: false }, 3)).toEqual(NO_HISTORY);
  });
});

describe('an engine that went away', () => {
  const running = after([1, 'start']);
  const stopped = (at: number): History =>
    after([1, 'start'], [at, 'kill', TERM], [at + 100, 'die'], [at + 110, 'stop']);

  test('and stopped all before it ended: nobody wanted that', () => {
    expect(judge({ a: stopped(50_000), b: stopped(50_900) }, 55_000)).toEqual({ a: false, b: false });
  });

  test('and killed one that took too long', () => {
    const slow = after([1, 'start'], [50_000, 'kill', TERM], [65_000, 'kill', KILL], [65_010, 'die'], [65_020, 'stop']);
    expect(judge({ a: stopped(50_000), slow }, 65_500)).toEqual({ a: false, slow: false });
  });

  test('and when it came back stopped what an engine before it had left running', () => {
    expect(judge({ a: stopped(50_000), b: stopped(50_000) }, 48_000)).toEqual({ a: false, b: false });
  });

  test('and has already started some again', () => {
    const again = afterEvent(stopped(50_000), event('start'), 58_000);
    expect(judge({ a: stopped(50_000), again }, 55_000)).toEqual({ a: false, again: false });
  });

  test('what somebody had stopped before stays stopped', () => {
    expect(judge({ mine: stopped(40_000), b: stopped(50_000) }, 55_000)).toEqual({ mine: true, b: false });
  });

  test('where something ran on, only the connection broke', () => {
    expect(judge({ mine: stopped(50_000), running }, 50_500)).toEqual({ mine: true, running: false });
  });

  test('long after everything was stopped', () => {
    expect(judge({ a: stopped(50_000), b: stopped(50_000) }, 120_000)).toEqual({ a: true, b: true });
  });

  test('a reload is no stop', () => {
    const reloaded = after([1, 'start'], [20_000, 'kill', HUP], [50_000, 'die']);
    expect(withoutShutdown(new Map([['a', reloaded]]), 50_000).get('a')?.endedAt).toBe(50_000);
    expect(judge({ b: stopped(50_000), reloaded: { ...reloaded, endedAt: null } }, 51_000)).toMatchObject({ b: true });
  });

  test('nothing to judge', () => expect(judge({}, 1)).toEqual({}));
});

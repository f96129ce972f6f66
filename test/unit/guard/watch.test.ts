import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ContainerEvent } from '../../../src/guard/container-event.js';
import type { GuardEngine } from '../../../src/guard/guard-engine.js';
import type { Patient } from '../../../src/guard/healing.js';
import { watch } from '../../../src/guard/watch.js';

const KILL = 9;
const TERM = 15;

/** An engine of one project in memory, and what was asked of it. */
class FakeEngine implements GuardEngine {
  containers = new Map<string, Patient>();
  calls: string[] = [];
  lists = 0;
  refuses: Error | null = null;
  away = false;
  private tell: (event: ContainerEvent) => void = () => {};
  private cut: () => void = () => {};

  constructor(...names: string[]) {
    for (const name of names) this.containers.set(name, { ...RUNNING, name });
  }

  list(): ReturnType<GuardEngine['list']> {
    this.lists += 1;
    const listed = [...this.containers].map(([id, { state, unhealthy }]) => ({ id, state, unhealthy }));
    return this.away ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve(listed);
  }

  inspect(id: string): Promise<Patient | null> {
    return Promise.resolve(this.containers.get(id) ?? null);
  }

  start(id: string): Promise<void> {
    this.calls.push(`start ${id}`);
    if (this.refuses) return Promise.reject(this.refuses);
    this.set(id, { state: 'running' });
    this.event(id, 'start');
    return Promise.resolve();
  }

  restart(id: string): Promise<void> {
    this.calls.push(`restart ${id}`);
    this.set(id, { state: 'running', unhealthy: false });
    this.event(id, 'start');
    return Promise.resolve();
  }

  follow(onOpen: () => void, onEvent: (event: ContainerEvent) => void, signal: AbortSignal): Promise<void> {
    if (this.away) return Promise.reject(new Error('ECONNREFUSED'));
    this.tell = onEvent;
    onOpen();
    return new Promise((resolve) => {
      this.cut = resolve;
      signal.addEventListener('abort', () => resolve());
    });
  }

  set(id: string, change: Partial<Patient>): void {
    this.containers.set(id, { ...RUNNING, name: id, ...this.containers.get(id), ...change });
  }

  event(id: string, action: ContainerEvent['action'], signal: number | null = null): void {
    this.tell({ id, action, signal, nanoseconds: 0 });
  }

  /** `docker kill`, or with SIGTERM what `docker stop` does. */
  end(id: string, signal: number): void {
    this.event(id, 'kill', signal);
    this.set(id, { state: 'exited', exitCode: 128 + signal });
    this.event(id, 'die');
    if (signal === TERM) this.event(id, 'stop');
  }

  goAway(): void {
    this.away = true;
    this.tell = () => {};
    this.cut();
  }
}

const RUNNING: Patient = {
  name: 'api',
  state: 'running',
  unhealthy: false,
  stopSignal: TERM,
  restarts: true,
  outOfMemory: false,
  exitCode: 0,
};

let log: string[];
let owner: boolean;
let locked: boolean;
let ending: AbortController;
let reason: string | null;

beforeEach(() => {
  vi.useFakeTimers();
  [log, owner, locked, ending, reason] = [[], true, false, new AbortController(), null];
});
afterEach(async () => {
  ending.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
});

async function watching(engine: FakeEngine): Promise<void> {
  void watch({
    engine,
    isOwner: () => Promise.resolve(owner),
    isLocked: () => Promise.resolve(locked),
    log: (line) => Promise.resolve(void log.push(line)),
    signal: ending.signal,
  }).then((why) => (reason = why));
  await pass(3000);
}

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('healing', () => {
  test('starts what is killed within a second, all at once, and says so', async () => {
    const engine = new FakeEngine('a', 'b', 'c');
    await watching(engine);
    for (const id of ['a', 'b', 'c']) engine.end(id, KILL);
    await pass(1000);
    expect(engine.calls).toEqual(['start a', 'start b', 'start c']);
    expect(log).toHaveLength(3);
    expect(log[0]).toMatch(/^a started in \d+ ms: somebody killed it$/);
  });

  test('as often as it is killed', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    for (let count = 1; count <= 5; count += 1) {
      engine.end('a', KILL);
      await pass(1000);
      expect(engine.calls).toHaveLength(count);
    }
  });

  test('leaves alone what is stopped, and says so once', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    engine.end('a', TERM);
    await pass(120_000);
    expect(engine.calls).toEqual([]);
    expect(log).toEqual(['a left as it is: somebody stopped it']);
  });

  test('leaves alone what is removed', async () => {
    const engine = new FakeEngine('a', 'b');
    await watching(engine);
    engine.end('a', KILL);
    engine.containers.delete('a');
    engine.event('a', 'destroy');
    await pass(60_000);
    expect([engine.calls, log]).toEqual([[], []]);
  });

  test('waits while another fortress works', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    locked = true;
    engine.end('a', KILL);
    await pass(10_000);
    expect(engine.calls).toEqual([]);
    locked = false;
    await pass(1000);
    expect(engine.calls).toEqual(['start a']);
  });

  test('tries again what the engine refuses, ever more slowly', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    engine.refuses = new Error('port is already allocated');
    engine.end('a', KILL);
    await pass(10_000);
    expect(engine.calls.length).toBeGreaterThan(2);
    expect(engine.calls.length).toBeLessThan(6);
    expect(log[0]).toBe('a could not be started: port is already allocated (somebody killed it)');
    engine.refuses = null;
    await pass(30_000);
    expect(engine.containers.get('a')?.state).toBe('running');
  });

  test('restarts what is unhealthy for a minute', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    engine.set('a', { unhealthy: true });
    engine.event('a', 'unhealthy');
    await pass(59_000);
    expect(engine.calls).toEqual([]);
    await pass(2000);
    expect(engine.calls).toEqual(['restart a']);
  });
});

describe('what no event told', () => {
  test('a look finds it within half a minute', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    engine.set('a', { state: 'exited' });
    await pass(40_000);
    expect(engine.calls).toEqual(['start a']);
  });

  test('a quiet project is looked at twice a minute', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    engine.lists = 0;
    await pass(600_000);
    expect(engine.lists).toBeGreaterThanOrEqual(17);
    expect(engine.lists).toBeLessThanOrEqual(20);
  });
});

describe('an engine that goes away', () => {
  test('and stops all for that: what it does not start itself is started', async () => {
    const engine = new FakeEngine('a', 'b');
    await watching(engine);
    engine.end('a', TERM);
    engine.end('b', TERM);
    engine.goAway();
    await pass(90_000);
    engine.away = false;
    engine.set('a', { state: 'running' });
    await pass(5000 + 4000);
    expect(engine.calls).toEqual(['start b']);
  });

  test('what somebody had stopped before stays stopped', async () => {
    const engine = new FakeEngine('a', 'b');
    await watching(engine);
    engine.end('a', TERM);
    await pass(5000);
    engine.end('b', TERM);
    engine.goAway();
    await pass(1000);
    engine.away = false;
    await pass(9000);
    expect(engine.calls).toEqual(['start b']);
  });
});

describe('the end', () => {
  test('when told to', async () => {
    await watching(new FakeEngine('a'));
    ending.abort();
    await pass(100);
    expect(reason).toBe('told to');
  });

  test('when the project has had no containers for ten seconds', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    engine.containers.clear();
    engine.event('a', 'destroy');
    await pass(9000);
    expect(reason).toBeNull();
    await pass(7000);
    expect(reason).toBe('the project has no containers any more');
  });

  test('but not while another fortress works on it', async () => {
    const engine = new FakeEngine();
    locked = true;
    await watching(engine);
    await pass(60_000);
    expect(reason).toBeNull();
    locked = false;
    await pass(60_000);
    expect(reason).not.toBeNull();
  });

  test('when it is no longer the guard, without doing anything more', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    owner = false;
    engine.end('a', KILL);
    await pass(6000);
    expect(engine.calls).toEqual([]);
    expect(reason).toBe('it is no longer the guard of this project');
  });

  test('also while the engine is away', async () => {
    const engine = new FakeEngine('a');
    await watching(engine);
    engine.goAway();
    await pass(20_000);
    owner = false;
    await pass(6000);
    expect(reason).not.toBeNull();
  });
});

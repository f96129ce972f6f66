import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/lock/claim.js';
import { ownIdentity } from '../../../src/lock/process-identity.js';
import { withLock, type LockOptions } from '../../../src/lock/with-lock.js';

interface Worker {
  process: ChildProcess;
  lines: string[];
  /** Resolves when a line that starts so has been said. */
  says(start: string): Promise<string>;
  ended: Promise<number | null>;
}

let folder: string;
let stateDir: string;
const workers: Worker[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fortress-lock-'));
  await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    outfile: join(folder, 'worker.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  stateDir = mkdtempSync(join(folder, 'state-'));
});
afterEach(async () => {
  for (const worker of workers) worker.process.kill('SIGKILL');
  await Promise.all(workers.splice(0).map(({ ended }) => ended));
});

function startWorker(rounds: number, holdMilliseconds: number, waitSeconds = 60): Worker {
  const parameters = [
    join(folder, 'worker.mjs'),
    stateDir,
    String(rounds),
    String(holdMilliseconds),
    String(waitSeconds),
  ];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const listener of listeners) listener();
  });
  const says = (start: string): Promise<string> =>
    new Promise((resolve) => {
      const check = (): void => {
        const line = lines.find((text) => text.startsWith(start));
        if (line !== undefined) resolve(line);
      };
      listeners.add(check);
      check();
    });
  const worker = { process: child, lines, says, ended: once(child, 'close').then(([code]) => code as number | null) };
  workers.push(worker);
  return worker;
}

const options = (overrides: Partial<LockOptions> = {}): LockOptions => ({
  stateDir,
  command: 'fortress down',
  waitSeconds: 0,
  note: () => {},
  ...overrides,
});
const claims = (): string[] => readdirSync(join(stateDir, 'lock'));

function writeForeignClaim(overrides: Partial<Claim>, ageSeconds: number): void {
  const claim: Claim = {
    ...ownIdentity(),
    command: 'fortress up',
    since: '2030-01-01T00:00:00.000Z',
    held: true,
    ...overrides,
  };
  mkdirSync(join(stateDir, 'lock'));
  const path = join(stateDir, 'lock', 'foreign.json');
  writeFileSync(path, JSON.stringify(claim));
  const then = Date.now() / 1000 - ageSeconds;
  utimesSync(path, then, then);
}

describe('one process', () => {
  it('gets the lock, its work’s result, and gives the lock back', async () => {
    const result = await withLock(options(), async () => {
      expect(claims()).toHaveLength(1);
      return 42;
    });
    expect(result).toBe(42);
    expect(claims()).toEqual([]);
  });

  it('gives the lock back when the work fails', async () => {
    await expect(withLock(options(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(claims()).toEqual([]);
  });

  it('keeps the folder to its owner', async () => {
    await withLock(options(), async () => undefined);
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(stateDir, 'lock')).mode & 0o777).toBe(0o700);
  });

  it('says what is wrong when the lock cannot be written', async () => {
    writeFileSync(join(stateDir, 'lock'), 'a file');
    await expect(withLock(options(), async () => undefined)).rejects.toMatchObject({
      code: 'LOCK_UNUSABLE',
      exitCode: 1,
    });
  });

  it('learns when its lock was taken away', async () => {
    const reason = await withLock(options(), async (signal) => {
      for (const name of claims()) rmSync(join(stateDir, 'lock', name));
      await once(signal, 'abort');
      return signal.reason as unknown;
    });
    expect(reason).toMatchObject({ code: 'LOCK_LOST' });
  }, 15_000);

  it('hands on the signal that stops the command', async () => {
    const controller = new AbortController();
    await withLock(options({ signal: controller.signal }), async (signal) => {
      controller.abort();
      expect(signal.aborted).toBe(true);
    });
  });
});

describe('a second process', () => {
  it('waits, says once for whom, and goes on when the first is done', async () => {
    const first = startWorker(1, 700);
    await first.says('inside');
    const second = startWorker(1, 0);
    expect(await second.ended).toBe(0);
    expect(second.lines).toEqual([
      expect.stringMatching(
        new RegExp(`^note: waiting for \`fortress up\` \\(pid ${first.process.pid} on .+, since 20.+\\) to finish$`),
      ),
      'inside',
      'done',
    ]);
  });

  it('gives up after the time it may wait, naming the owner', async () => {
    const first = startWorker(1, 60_000);
    await first.says('inside');
    const started = Date.now();
    await expect(withLock(options({ waitSeconds: 1 }), async () => undefined)).rejects.toMatchObject({
      code: 'LOCKED',
      exitCode: 1,
      message: expect.stringMatching(
        new RegExp(`^\`fortress up\` \\(pid ${first.process.pid} on .+, since .+\\) is changing`),
      ),
      why: 'waited 1 s for it to finish',
      hint: expect.stringContaining(`kill ${first.process.pid}`),
    });
    expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
  });

  it('stops waiting when it is told to stop', async () => {
    await startWorker(1, 60_000).says('inside');
    const reason = new Error('Ctrl-C');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 100);
    const { signal } = controller;
    await expect(withLock(options({ waitSeconds: 60, signal }), async () => undefined)).rejects.toBe(reason);
    expect(claims()).toHaveLength(1);
  });

  it('waits for a stopped owner as for a running one', async () => {
    const first = startWorker(1, 60_000);
    await first.says('inside');
    first.process.kill('SIGSTOP');
    await expect(withLock(options({ waitSeconds: 0.5 }), async () => undefined)).rejects.toMatchObject({
      code: 'LOCKED',
    });
  });
});

describe('an owner that is gone', () => {
  it('loses the lock to the next process when it was killed with -9', async () => {
    const first = startWorker(1, 60_000);
    await first.says('inside');
    first.process.kill('SIGKILL');
    await first.ended;
    expect(claims()).toHaveLength(1);
    const notes: string[] = [];
    await withLock(options({ note: (line) => notes.push(line) }), async () => undefined);
    expect(notes).toEqual([
      expect.stringMatching(/^took over the lock of `fortress up` \(pid \d+ on .+\), which is gone$/),
    ]);
    expect(claims()).toEqual([]);
  });

  it.runIf(existsSync('/proc/self/stat'))('is not mistaken for a later process with the same pid', async () => {
    writeForeignClaim({ started: 'another boot:1' }, 0);
    await expect(withLock(options(), async () => 'mine')).resolves.toBe('mine');
  });

  it('on another host counts as gone when its heartbeat is older than 30 s', async () => {
    writeForeignClaim({ host: 'elsewhere', pid: 1 }, 31);
    await expect(withLock(options(), async () => 'mine')).resolves.toBe('mine');
  });

  it('on another host is waited for as long as its heart beats', async () => {
    writeForeignClaim({ host: 'elsewhere', pid: 1 }, 20);
    await expect(withLock(options(), async () => undefined)).rejects.toThrow(/pid 1 on elsewhere/);
    expect(claims()).toEqual(['foreign.json']);
  });

  it('does not block others with half a file', async () => {
    mkdirSync(join(stateDir, 'lock'));
    writeFileSync(join(stateDir, 'lock', 'half.json.tmp'), '{"pid":');
    await expect(withLock(options(), async () => 'mine')).resolves.toBe('mine');
  });
});

describe('many processes', () => {
  it('that race for a dead owner’s lock are never inside at the same time, and all get their turn', async () => {
    const first = startWorker(1, 60_000);
    await first.says('inside');
    first.process.kill('SIGKILL');
    await first.ended;
    const racers = Array.from({ length: 8 }, () => startWorker(3, 5));
    expect(await Promise.all(racers.map(({ ended }) => ended))).toEqual(racers.map(() => 0));
    const lines = racers.flatMap((racer) => racer.lines);
    expect(lines.filter((line) => line.startsWith('VIOLATION'))).toEqual([]);
    expect(lines.filter((line) => line === 'inside')).toHaveLength(24);
    expect(claims()).toEqual([]);
  }, 60_000);

  it('stay apart while owners are killed at random', async () => {
    const racers = Array.from({ length: 6 }, () => startWorker(50, 20));
    for (const victim of racers.slice(0, 4)) {
      await sleep(150 + Math.random() * 150);
      victim.process.kill('SIGKILL');
    }
    const survivors = racers.slice(4);
    for (const survivor of survivors) await survivor.says('inside');
    const lines = racers.flatMap((racer) => racer.lines);
    expect(lines.filter((line) => line.startsWith('VIOLATION') || line.startsWith('error'))).toEqual([]);
  }, 60_000);
});

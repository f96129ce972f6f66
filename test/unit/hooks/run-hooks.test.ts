import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import type { Hook, HookEvent } from '../../../src/config/types.js';
import { ExitCode } from '../../../src/errors.js';
import { runHook } from '../../../src/hooks/run-hooks.js';
import { captureOutput } from '../cli/captured-output.js';

const output = captureOutput();
const PLAN = {
  project: 'shop',
  rollouts: [],
  operations: [{ id: 'a', kind: 'container.create', after: [], cause: 'new', effect: 'none' }],
};
const EVENT: HookEvent = { hook: 'beforeUp', project: 'shop', plan: PLAN };

interface Run {
  config: ResolvedConfig;
  root: string;
  notes: string[];
  interrupt(): void;
  ended: Promise<void>;
}

async function runIn(beforeUp: Hook, timeout = '10m'): Promise<Run> {
  const root = await mkdtemp(join(tmpdir(), 'fortress-hooks-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const config = resolveConfig({ project: 'shop', hooks: { beforeUp, timeout } }, root);
  const notes: string[] = [];
  const interruption = new AbortController();
  const ended = runHook(config, 'beforeUp', PLAN, {
    signal: interruption.signal,
    note: (line) => void notes.push(line),
  });
  ended.catch(() => undefined);
  return {
    config,
    root,
    notes,
    ended,
    interrupt: () => interruption.abort(new DOMException('interrupted', 'AbortError')),
  };
}

const written = (root: string, name: string): Promise<string> => readFile(join(root, name), 'utf8');

/** Waits for a file that the hook writes. */
async function writtenSoon(root: string, name: string): Promise<string> {
  for (let attempts = 0; attempts < 100; attempts += 1) {
    const text = await written(root, name).catch(() => '');
    if (text.endsWith('\n')) return text.trim();
    await sleep(50);
  }
  throw new Error(`${name} was never written`);
}

const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

test('without a hook nothing happens', async () => {
  const config = resolveConfig({ hooks: { afterUp: 'false' } }, '/nowhere');
  const notes: string[] = [];
  const options = { signal: new AbortController().signal, note: (line: string) => void notes.push(line) };
  await runHook(config, 'beforeUp', PLAN, options);
  expect(notes).toEqual([]);
});

describe('a command', () => {
  test('is run by a shell in the folder of the configuration and gets the plan on stdin', async () => {
    const { root, ended, notes } = await runIn('cat > "$PWD/in.json" && echo made > made.txt');
    await ended;
    expect(JSON.parse(await written(root, 'in.json'))).toEqual(EVENT);
    expect(await written(root, 'made.txt')).toBe('made\n');
    expect(notes).toEqual(['hook beforeUp: cat > "$PWD/in.json" && echo made > made.txt']);
  });

  test('gets the plan in a file that only its owner can read, which is gone afterwards', async () => {
    const { root, config, ended } = await runIn(
      'cp -p "$FORTRESS_PLAN" copy.json; echo "$FORTRESS_PROJECT $FORTRESS_HOOK $HOME" > names.txt',
    );
    await ended;
    expect(JSON.parse(await written(root, 'copy.json'))).toEqual(EVENT);
    expect((await stat(join(root, 'copy.json'))).mode & 0o777).toBe(0o600);
    expect(await written(root, 'names.txt')).toBe(`shop beforeUp ${process.env['HOME']}\n`);
    expect((await readdir(config.stateDir)).filter((name) => name !== '.gitignore')).toEqual([]);
  });

  test('with arguments is run without a shell', async () => {
    const { ended } = await runIn(['echo', '$HOME', '*; false']);
    await ended;
    expect(output.stderr).toBe('[beforeUp] $HOME *; false\n');
  });

  test('writes to stderr line by line, the last line too', async () => {
    const { ended } = await runIn('echo one; echo two >&2; printf three');
    await ended;
    expect(output.stderr.split('\n').toSorted()).toEqual(['', '[beforeUp] one', '[beforeUp] three', '[beforeUp] two']);
    expect(output.stdout).toBe('');
  });

  test.each<[string, Hook, string]>([
    ['exit code', 'exit 7', 'exit code 7'],
    ['signal', 'kill -KILL $$', 'it was ended by SIGKILL'],
    ['missing program', ['no-such-program', 'x'], 'there is no program "no-such-program"'],
  ])('that fails (%s) stops the change', async (_, hook, what) => {
    const { ended, config } = await runIn(hook);
    await expect(ended).rejects.toMatchObject({
      code: 'HOOK_FAILED',
      exitCode: ExitCode.failed,
      message: `the hook beforeUp failed: ${what}`,
      hint: expect.stringContaining('nothing was changed') as string,
    });
    expect(await readdir(config.stateDir)).not.toContain('hook.json');
  });

  test('may leave something running, which is not waited for', async () => {
    const { ended, root } = await runIn('sleep 30 & echo $! > pid.txt');
    const startedAt = performance.now();
    await ended;
    expect(performance.now() - startedAt).toBeLessThan(5000);
    const pid = (await written(root, 'pid.txt')).trim();
    expect(isAlive(pid)).toBe(true);
    process.kill(Number(pid));
  });

  test('is ended with all that it started when time is up', async () => {
    const { ended, root } = await runIn('sleep 30 & echo $! > pid.txt; wait', '400ms');
    await expect(ended).rejects.toMatchObject({ message: 'the hook beforeUp failed: no end within 0.4 s' });
    expect(isAlive((await written(root, 'pid.txt')).trim())).toBe(false);
  });

  test('is ended by an interruption, with time to tidy up', async () => {
    const { ended, root, interrupt } = await runIn(
      'trap "sleep 0.3; echo tidy > tidy.txt; exit 0" TERM; echo $$ > pid.txt; while :; do sleep 0.1; done',
    );
    const pid = await writtenSoon(root, 'pid.txt');
    interrupt();
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(await written(root, 'tidy.txt')).toBe('tidy\n');
    expect(isAlive(pid)).toBe(false);
  });

  test('that does not heed SIGTERM is killed', { timeout: 15_000 }, async () => {
    const { ended, root, interrupt } = await runIn('trap "" TERM; echo $$ > pid.txt; while :; do sleep 0.1; done');
    const pid = await writtenSoon(root, 'pid.txt');
    interrupt();
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(isAlive(pid)).toBe(false);
  });

  test('is not begun after an interruption', async () => {
    const config = resolveConfig({ hooks: { beforeUp: 'false' } }, '/nowhere');
    const options = { signal: AbortSignal.abort(), note: () => expect.unreachable() };
    await expect(runHook(config, 'beforeUp', PLAN, options)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

const forever = (): Promise<void> => new Promise(() => undefined);

describe('a function', () => {
  test('gets the event, and cannot change the plan by it', async () => {
    let given: HookEvent | undefined;
    const { ended, notes } = await runIn(async (event) => {
      await sleep(10);
      given = structuredClone(event);
      event.plan.operations.length = 0;
    });
    await ended;
    expect(given).toEqual(EVENT);
    expect(PLAN.operations).toHaveLength(1);
    expect(notes).toEqual(['hook beforeUp: a function']);
  });

  test('prints nothing to stdout, where a JSON document may be', async () => {
    const { log } = console;
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { ended } = await runIn(() => console.log('hello'));
    await ended;
    expect(error).toHaveBeenCalledWith('hello');
    expect(console.log).toBe(log);
  });

  test('that throws stops the change', async () => {
    const failing = await runIn(() => Promise.reject(new Error('not on a Friday')));
    await expect(failing.ended).rejects.toMatchObject({
      code: 'HOOK_FAILED',
      message: 'the hook beforeUp failed: not on a Friday',
    });
    const throwing = await runIn(() => {
      throw new Error('at once');
    });
    await expect(throwing.ended).rejects.toMatchObject({ message: 'the hook beforeUp failed: at once' });
  });

  test('is waited for no longer when time is up, and after an interruption', async () => {
    await expect((await runIn(forever, '50ms')).ended).rejects.toMatchObject({
      message: 'the hook beforeUp failed: no end within 0.05 s',
    });
    const { ended, interrupt } = await runIn(forever);
    interrupt();
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('that was lost when its configuration was stored is not passed over', async () => {
    const { config } = await runIn(() => undefined);
    const stored = JSON.parse(JSON.stringify(config)) as ResolvedConfig;
    expect(stored.hooks.beforeUp).toEqual({ kind: 'function' });
    const options = { signal: new AbortController().signal, note: () => undefined };
    await expect(runHook(stored, 'beforeUp', PLAN, options)).rejects.toMatchObject({
      code: 'HOOK_FAILED',
      message: expect.stringContaining('functions are not') as string,
    });
  });
});

test('after a failed afterUp the stack stays up, and that is said', async () => {
  const config = resolveConfig({ hooks: { afterUp: ['false'] } }, tmpdir());
  const options = { signal: new AbortController().signal, note: () => undefined };
  config.stateDir = await mkdtemp(join(tmpdir(), 'fortress-hooks-'));
  onTestFinished(() => rm(config.stateDir, { recursive: true, force: true }));
  await expect(runHook(config, 'afterUp', PLAN, options)).rejects.toMatchObject({
    hint: expect.stringContaining('stays up') as string,
  });
});

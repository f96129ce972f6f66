import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

interface CommandOptions {
  cwd: string;
  /** On top of our own environment. */
  env: Record<string, string>;
  /** Its stdin. */
  input: string;
  /** Stands before every line that it writes. */
  prefix: string;
  /** Milliseconds. */
  timeout: number;
  signal: AbortSignal;
}

/** Milliseconds from SIGTERM to SIGKILL. */
const GRACE = 5_000;
const POLL = 50;
/** Milliseconds in which the last lines come in. Something that was left running may keep the pipes open for ever. */
const LAST_LINES = 500;

/**
 * Runs a program in a process group of its own, so that Ctrl-C reaches it through us alone and all that it started is
 * ended with it; shows line by line on stderr what it writes.
 * Rejects when it cannot be started, fails, or has to be ended.
 */
export async function runCommand([file = '', ...parameters]: string[], options: CommandOptions): Promise<void> {
  const { cwd, env, input, prefix, timeout, signal } = options;
  const child = spawn(file, parameters, { cwd, env: { ...process.env, ...env }, detached: HAS_GROUPS });
  const exited = exitOf(child, file);
  // A second Ctrl-C ends us at once: it must not leave the hook to itself.
  const atOurEnd = (): void => void signalGroup(child, 'SIGKILL');
  process.once('exit', atOurEnd);
  // Whether it reads its input is its own affair.
  child.stdin.on('error', () => undefined).end(input);
  const shown = Promise.all([child.stdout, child.stderr].map((stream) => show(stream, prefix)));
  const end = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  const ending = new Promise<void>((resolve) => {
    end.addEventListener('abort', () => resolve(endGroup(child)), { once: true });
  });
  const [code, killedBy] = await exited.finally(() => process.off('exit', atOurEnd));
  if (end.aborted) await ending;
  await Promise.race([shown, sleep(LAST_LINES, undefined, { ref: false })]);
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  if (end.aborted) throw new Error(signal.aborted ? 'it was interrupted' : `no end within ${timeout / 1000} s`);
  if (killedBy !== null) throw new Error(`it was ended by ${killedBy}`);
  if (code !== 0) throw new Error(`exit code ${code}`);
}

/** Windows has none: there only the program itself is ended. */
const HAS_GROUPS = process.platform !== 'win32';

type Exit = [code: number | null, signal: NodeJS.Signals | null];

async function exitOf(child: ChildProcess, file: string): Promise<Exit> {
  try {
    return (await once(child, 'exit')) as Exit;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' ? new Error(`there is no program "${file}"`, { cause: error }) : error;
  }
}

async function show(stream: Readable, prefix: string): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  lines.on('line', (line) => process.stderr.write(`${prefix}${line}\n`));
  await finished(stream).catch(() => undefined);
}

/** Asks all processes of the group to end, and does not ask those that are left after a while. */
async function endGroup(child: ChildProcess): Promise<void> {
  const deadline = Date.now() + GRACE;
  if (!signalGroup(child, 'SIGTERM')) return;
  while (Date.now() < deadline) {
    await sleep(POLL);
    if (!signalGroup(child, 0)) return;
  }
  signalGroup(child, 'SIGKILL');
}

/** Whether there was somebody to send it to. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(HAS_GROUPS ? -pid : pid, signal);
  } catch {
    return false;
  }
}

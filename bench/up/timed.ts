import { execa } from 'execa';
import { operationError } from '../../src/errors.js';

/** What one run of a command cost, in seconds; the CPU time is that of the command and of the children it waited for. */
export interface Timed {
  wall: number;
  cpu: number;
  /** Both streams. */
  output: string;
}

export interface TimedOptions {
  cwd: string;
  env?: Record<string, string>;
  /** That the command has to end with; default: 0. */
  exitCode?: number;
}

/** bash reports in milliseconds, and what Node itself costs to start is part of it. */
const SCRIPT = 'TIMEFORMAT="%3R %3U %3S"; time "$@" 2>&1';

/**
 * Runs a command as a shell would, without a terminal.
 * @throws FortressError (exit 1) with the end of its output when it ends in another way than it has to
 */
export async function runTimed(
  command: string[],
  { cwd, env = {}, exitCode: expected = 0 }: TimedOptions,
): Promise<Timed> {
  const { exitCode, stdout, stderr } = await execa('bash', ['-c', SCRIPT, 'bench', ...command], {
    cwd,
    env,
    stdin: 'ignore',
    reject: false,
  });
  if (exitCode === expected) return { ...parseTimes(stderr), output: stdout };
  throw operationError('COMMAND_FAILED', `${shown(command)} ended with ${exitCode ?? 'a signal'}`, {
    why: stdout.split('\n').slice(-20).join('\n'),
  });
}

/** `fortress up`, not where it lies. */
const shown = (command: string[]): string => command.map((word) => word.split('/').at(-1)).join(' ');

/** Seconds of the last line, `wall user system`. Pure. */
export function parseTimes(text: string): Pick<Timed, 'wall' | 'cpu'> {
  const [wall, user, system] = (text.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wall: wall ?? Number.NaN, cpu: (user ?? Number.NaN) + (system ?? Number.NaN) };
}

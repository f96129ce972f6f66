import { availableParallelism } from 'node:os';
import { execa } from 'execa';
import { messageOf, unreachableError } from '../src/errors.js';

/** Each server runs here, alone … */
export const SERVER_CORE = 0;
/** … and here the load client and whoever reads what the servers log. */
export const CLIENT_CORE = 1;

/** The command that runs another one on one core only. */
export const pinned = (core: number, command: string, ...parameters: string[]): [string, string[]] => [
  'taskset',
  ['--cpu-list', String(core), command, ...parameters],
];

/**
 * Keeps this process off the servers' core.
 * @throws FortressError (exit 3) where that is not possible: the figures would mean nothing
 */
export async function leaveServerCore(): Promise<void> {
  const hint = 'run it on Linux (it reads /proc and uses taskset of util-linux), on a machine with two cores';
  if (availableParallelism() < 2) throw unreachableError('the benchmark needs two cores; there is one', { hint });
  try {
    await execa('taskset', ['--all-tasks', '--cpu-list', '--pid', String(CLIENT_CORE), String(process.pid)]);
  } catch (error) {
    throw unreachableError('processes cannot be kept on one core each', { why: messageOf(error), hint, cause: error });
  }
}

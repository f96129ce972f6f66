import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeStateFolder } from '../private-folder.js';
import { FortressError, messageOf, operationError } from '../errors.js';
import { acquire } from './acquire.js';
import { beat, removeClaim } from './claims.js';

export interface LockOptions {
  /** `ResolvedConfig.stateDir`; the lock is the folder `lock` in it. */
  stateDir: string;
  /** How people know this process: `fortress up`. */
  command: string;
  /** How long to wait for another process. Default: 60. */
  waitSeconds?: number;
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** Gets one line for people when we wait, and when we take over a dead process's lock. */
  note(line: string): void;
}

/** Milliseconds. */
const HEARTBEAT_INTERVAL = 5000;

/**
 * Runs `work` while no other process runs its own under the same lock. The lock is given back
 * however `work` ends; that of a process that was killed is taken over by the next one.
 * @param work gets a signal: `options.signal`, also aborted should the lock be lost (somebody
 *   removed it, or this machine slept and another host took over)
 * @throws FortressError (exit 1): `LOCKED` after waiting; `LOCK_UNUSABLE` when the folder cannot be written
 */
export async function withLock<T>(options: LockOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { stateDir, command, waitSeconds = 60, signal, note } = options;
  const folder = join(stateDir, 'lock');
  const claim = await claimIn(stateDir, folder, () => acquire({ folder, command, waitSeconds, signal, note }));
  const lost = new AbortController();
  const heartbeat = setInterval(() => {
    beat(claim).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') lost.abort(lostError(folder));
    });
  }, HEARTBEAT_INTERVAL);
  heartbeat.unref();
  try {
    return await work(signal === undefined ? lost.signal : AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(heartbeat);
    await removeClaim(claim);
  }
}

async function claimIn(stateDir: string, folder: string, claim: () => Promise<string>): Promise<string> {
  try {
    await makeStateFolder(stateDir);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await claim();
  } catch (error) {
    if (error instanceof FortressError || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw operationError('LOCK_UNUSABLE', `the lock ${folder} cannot be used`, {
      why: messageOf(error),
      hint: 'make the folder writable for the user who runs fortress, and check the free disk space',
      cause: error,
    });
  }
}

const lostError = (folder: string): FortressError =>
  operationError('LOCK_LOST', `the lock ${folder} is no longer ours`, {
    why: 'its file was removed while this command ran',
    hint: 'run the command again',
  });

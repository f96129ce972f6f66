import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResolvedConfig } from '../config/resolved.js';
import { findEngineAddress, type EngineAddress } from '../engine/docker/address.js';
import { messageOf, operationError } from '../errors.js';
import { ownIdentity, stateOf } from '../lock/process-identity.js';
import { packageRoot } from '../package-root.js';
import { VERSION } from '../version.js';
import { guardLogPath } from './guard-log.js';
import { removeRecord, runningGuard, type GuardRecord } from './record.js';

/** What runs as the guard: a bundle of its own, so that it stays small. */
export const guardScript = (): string => join(packageRoot(), 'dist/guard/guard.js');

/** A small heap: a guard holds next to nothing for months. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=64'];

/**
 * Makes sure that a guard of this version watches the project, on the engine that we use ourselves;
 * ends the one that is there where the configuration switches guards off. Does not wait for it to
 * begin. The state folder must exist.
 * @throws FortressError (exit 1) `GUARD_NOT_STARTED`
 */
export async function ensureGuard(config: ResolvedConfig, script: string = guardScript()): Promise<void> {
  if (!config.guard) return endGuard(config.stateDir);
  const engine = findEngineAddress();
  const running = await runningGuard(config.stateDir);
  if (running !== null && watches(running, config.project, engine.url)) return;
  // One of another kind is ended by the new one, which takes its place without a gap.
  startDetached(config, engine, script);
}

/** Whether a guard is what this fortress would start. */
export const watches = (record: GuardRecord, project: string, engineUrl: string): boolean =>
  record.version === VERSION && record.project === project && record.engine === engineUrl;

/** In a session of its own, so that it survives the terminal. */
function startDetached({ project, stateDir, root }: ResolvedConfig, engine: EngineAddress, script: string): void {
  let log: number | undefined;
  try {
    log = openSync(guardLogPath(stateDir), 'a', 0o600);
    const child = spawn(process.execPath, [...NODE_FLAGS, script, project, stateDir, JSON.stringify(engine)], {
      cwd: root,
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
    });
    // Too few processes or no memory left: told through `pid`, and as an event that must not end us.
    child.on('error', () => undefined);
    child.unref();
    if (child.pid === undefined) throw new Error('the system started no process');
  } catch (error) {
    throw operationError('GUARD_NOT_STARTED', 'the guard that restarts killed containers could not be started', {
      why: messageOf(error),
      hint: 'try `fortress guard start`; to do without it, set `guard: false` in fortress.config.ts',
      cause: error,
    });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

/** Milliseconds that a guard has to end by itself before it is killed, and between two looks. */
const END_TIMEOUT = 2000;
const LOOK_INTERVAL = 10;

/** Ends the guard of a state folder, if one runs, and waits until it has ended. */
export async function endGuard(stateDir: string): Promise<void> {
  const guard = await runningGuard(stateDir);
  // First, so that one that is busy knows that its time is over.
  await removeRecord(stateDir);
  if (guard !== null) await endProcess(guard);
}

/** Asks a guard to end; kills one that does not. */
export async function endProcess(guard: GuardRecord): Promise<void> {
  const self = ownIdentity();
  const deadline = performance.now() + END_TIMEOUT;
  signal(guard.pid, 'SIGTERM');
  while (stateOf(guard, self) === 'alive') {
    if (performance.now() > deadline) signal(guard.pid, 'SIGKILL');
    if (performance.now() > deadline + END_TIMEOUT) return;
    await sleep(LOOK_INTERVAL);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, or somebody else's: the record no longer names it.
  }
}

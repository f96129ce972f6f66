import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findEngineAddress } from '../../engine/docker/address.js';
import { FortressError } from '../../errors.js';
import { askForAnswer } from '../engine-answer.js';
import type { Machine } from './machine.js';
import type { RunAsRoot } from './run-as-root.js';

const LOG = '/var/log/fortress-dockerd.log';
/** After a crash another process may have the number in the pid file; the engine would then take itself for running. */
const FORGET_DEAD_ENGINE =
  'p=/var/run/docker.pid; [ ! -f $p ] || grep -qx dockerd "/proc/$(cat $p)/comm" 2>/dev/null || rm -f $p';

/** Its own session: it must live on when this process and its terminal are gone. */
const START_ENGINE = `setsid dockerd >>${LOG} 2>&1 </dev/null &`;

/** Milliseconds. */
const PATIENCE = { afterInstallation: 2000, initScript: 15_000, systemd: 60_000, byHand: 60_000 };

/**
 * Starts the engine as this machine starts services, or by hand where nothing does, and waits until
 * it answers.
 * @throws FortressError (exit 3) with the last lines of its log when it does not
 */
export async function startEngine(
  services: Machine['services'],
  runAsRoot: RunAsRoot,
  signal: AbortSignal,
): Promise<void> {
  // Installing the package may have started it.
  if (await answersWithin(PATIENCE.afterInstallation, signal)) return;
  if (services === 'systemd') {
    await runAsRoot('systemctl', 'enable', '--now', 'docker');
    if (await answersWithin(PATIENCE.systemd, signal)) return;
    throw startError('', 'see `journalctl -u docker`, correct what it names, and run `fortress doctor --fix` again');
  }
  if (services === 'init-script') {
    const code = await runAsRoot('service', 'docker', 'start');
    if (code === 0 && (await answersWithin(PATIENCE.initScript, signal))) return;
  }
  await runAsRoot('sh', '-c', `${FORGET_DEAD_ENGINE}; ${START_ENGINE}`);
  if (await answersWithin(PATIENCE.byHand, signal)) return;
  throw startError(await lastLines(LOG), `correct what ${LOG} names, and run \`fortress doctor --fix\` again`);
}

async function answersWithin(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    signal.throwIfAborted();
    // Looked up each time: the socket may have appeared just now. Denied is an answer, too.
    const answer = await askForAnswer(findEngineAddress(), 2000);
    if (answer === 'yes' || answer === 'denied') return true;
    if (Date.now() > deadline) return false;
    await sleep(200);
  }
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

const startError = (why: string, hint: string): FortressError =>
  new FortressError('ENGINE_NOT_STARTED', 3, 'the Docker Engine was started and does not answer', {
    why: why === '' ? undefined : why,
    hint,
  });

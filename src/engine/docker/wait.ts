import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { operationError } from '../../errors.js';
import type { Call } from '../../plan/operation.js';
import type { Progress } from '../engine.js';
import { lastLogLines } from './logs.js';
import { CORRECT, explainNotReady, type NotReady } from './not-ready.js';
import { addressesOf, isReady, probe, type ProbeAnswer } from './readiness-probe.js';

/** Milliseconds between two questions to the container. */
const INTERVAL = 50;

/** Milliseconds between two questions to the engine: they are dear, and a cold start has the processors busy. */
const LOOK_INTERVAL = 500;
const LOG_LINES = 15;

/** Milliseconds after which a running container counts as ready where nothing else can be known. */
const SETTLED = 2_000;

/** Milliseconds after which addresses that nothing has answered at lead nowhere: Docker Desktop, a rootless engine. */
const SILENCE = 5_000;

/** What to wait for, as a plan says it. */
export type Awaited = Pick<Extract<Call, { kind: 'container.wait' }>, 'name' | 'readiness' | 'ownHealthcheck'>;

export interface WaitOptions {
  progress: Progress;
  signal: AbortSignal;
  /** Whether the engine runs on this machine. */
  local: boolean;
}

/**
 * Waits until a container can do its work: its readiness path answers 200, asked over the container's
 * own address or its published port, or fortress's own health check, which asks the same, says so. The health
 * check of an image may ask anything: it counts only where the container cannot be reached from here, as on
 * another machine. There, a container without one must have run for two seconds.
 * @throws FortressError (exit 1) when it dies, crashes or takes too long, with what it was asked and its last log lines
 */
export async function waitUntilReady(docker: Docker, awaited: Awaited, options: WaitOptions): Promise<void> {
  const { name, readiness } = awaited;
  const { progress, signal, local } = options;
  const container = docker.getContainer(name);
  const startedAt = Date.now();
  const deadline = startedAt + readiness.timeout * 1000;
  let restarts: number | undefined;
  let reached = false;
  let last: ProbeAnswer | null = null;
  while (Date.now() < deadline) {
    const info = await container.inspect();
    restarts ??= info.RestartCount;
    if (!info.State.Running || info.State.Restarting || info.RestartCount > restarts) {
      // Where the engine has started it again already, its exit code is that of the new run: none.
      const how = info.State.Running ? 'and was started again' : `(exit code ${info.State.ExitCode})`;
      throw await failure(docker, name, `${name} ended ${how} before it was ready`, whyEnded(info));
    }
    const waited = Date.now() - startedAt;
    const reachable = local && (reached || waited < SILENCE);
    if (engineSaysReady(info, awaited.ownHealthcheck, reachable, waited)) return;
    const addresses = local ? addressesOf(info, readiness.port) : [];
    const lookAgain = Math.min(Date.now() + LOOK_INTERVAL, deadline);
    while (Date.now() < lookAgain) {
      signal.throwIfAborted();
      last = await probe(addresses, readiness.path);
      if (last && isReady(last)) return;
      reached ||= last !== null && last.kind !== 'silent';
      progress(`waiting for ${readiness.path}`);
      await sleep(INTERVAL);
    }
  }
  const known = explainNotReady(await container.inspect(), awaited, last);
  throw await failure(docker, name, `${name} was not ready after ${readiness.timeout} s`, known);
}

/**
 * What can be known without asking the container. Pure.
 * @param reachable whether the container itself answers, or still may
 * @param waited milliseconds
 */
function engineSaysReady(
  { State: { Health } }: Docker.ContainerInspectInfo,
  ownHealthcheck: boolean,
  reachable: boolean,
  waited: number,
): boolean {
  if (Health && Health.Status !== 'none') return Health.Status === 'healthy' && (ownHealthcheck || !reachable);
  return !reachable && waited >= SETTLED;
}

const whyEnded = ({ State }: Docker.ContainerInspectInfo): NotReady => ({
  why: State.OOMKilled ? 'the kernel killed it for using more than its memory limit' : null,
  hint: CORRECT,
});

/** With its last log lines, which say more than can be known from outside. */
async function failure(docker: Docker, name: string, message: string, { why, hint }: NotReady): Promise<Error> {
  const lines = await lastLogLines(docker, name, LOG_LINES).catch(() => []);
  const log =
    lines.length > 0 ? `its last log lines:\n${lines.map((line) => `  ${line}`).join('\n')}` : 'it logged nothing';
  return operationError('CONTAINER_NOT_READY', message, { why: why === null ? log : `${why}\n${log}`, hint });
}

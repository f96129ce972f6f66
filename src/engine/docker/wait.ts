import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { operationError } from '../../errors.js';
import type { Progress } from '../engine.js';
import type { Readiness } from '../../stack/stack.js';
import { lastLogLines } from './logs.js';

/** Milliseconds between two questions to the container, and how long one may take. */
const INTERVAL = 50;
const PROBE_TIMEOUT = 1_000;

/** Milliseconds between two questions to the engine: they are dear, and a cold start has the processors busy. */
const LOOK_INTERVAL = 500;
const LOG_LINES = 15;

/** Milliseconds after which a running container counts as ready where nothing else can be known. */
const SETTLED = 2_000;

/**
 * Waits until a container can do its work: its readiness path answers 200, asked over the container's
 * own address or its published port, or until the engine's health check says so. Of an engine on
 * another machine only the health check tells; a container without one must have run for two seconds.
 * @param local whether the engine runs on this machine
 * @throws FortressError (exit 1) when it dies, crashes or takes too long, with its last log lines
 */
export async function waitUntilReady(
  docker: Docker,
  name: string,
  readiness: Readiness,
  progress: Progress,
  signal: AbortSignal,
  local: boolean,
): Promise<void> {
  const container = docker.getContainer(name);
  const startedAt = Date.now();
  const deadline = startedAt + readiness.timeout * 1000;
  let restarts: number | undefined;
  while (Date.now() < deadline) {
    const info = await container.inspect();
    restarts ??= info.RestartCount;
    if (!info.State.Running || info.State.Restarting || info.RestartCount > restarts) {
      // Where the engine has started it again already, its exit code is that of the new run: none.
      const how = info.State.Running ? 'and was started again' : `(exit code ${info.State.ExitCode})`;
      throw await failure(docker, name, `${name} ended ${how} before it was ready`, info.State.OOMKilled);
    }
    if (info.State.Health?.Status === 'healthy') return;
    if (!local && !info.State.Health && Date.now() - startedAt >= SETTLED) return;
    const addresses = local ? addressesOf(info, readiness.port) : [];
    const lookAgain = Math.min(Date.now() + LOOK_INTERVAL, deadline);
    while (Date.now() < lookAgain) {
      signal.throwIfAborted();
      if (await anyAnswers(addresses, readiness.path)) return;
      progress(`waiting for ${readiness.path}`);
      await sleep(INTERVAL);
    }
  }
  throw await failure(docker, name, `${name} was not ready after ${readiness.timeout} s`, false);
}

async function failure(docker: Docker, name: string, message: string, outOfMemory: boolean): Promise<Error> {
  const lines = await lastLogLines(docker, name, LOG_LINES).catch(() => []);
  const log =
    lines.length > 0 ? `its last log lines:\n${lines.map((line) => `  ${line}`).join('\n')}` : 'it logged nothing';
  return operationError('CONTAINER_NOT_READY', message, {
    why: outOfMemory ? `the kernel killed it for using more than its memory limit; ${log}` : log,
    hint: 'correct the cause and run `fortress up` again',
  });
}

/** `host:port` of every way from here to a container's port. */
function addressesOf({ NetworkSettings: { Networks, Ports } }: Docker.ContainerInspectInfo, port: number): string[] {
  const inside = Object.values(Networks).flatMap(({ IPAddress }) => (IPAddress ? [`${IPAddress}:${port}`] : []));
  const published = (Ports[`${port}/tcp`] ?? []).map(({ HostIp, HostPort }) => {
    const host = HostIp === '0.0.0.0' || HostIp === '::' || HostIp === '' ? '127.0.0.1' : HostIp;
    return `${host.includes(':') ? `[${host}]` : host}:${HostPort}`;
  });
  return [...inside, ...published];
}

const anyAnswers = (addresses: string[], path: string): Promise<boolean> =>
  Promise.any(addresses.map((address) => answers(`http://${address}${path}`))).then(
    () => true,
    () => false,
  );

function answers(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: PROBE_TIMEOUT, agent: false }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`status ${response.statusCode}`));
    });
    request.once('timeout', () => request.destroy(new Error('timeout')));
    request.once('error', reject);
  });
}

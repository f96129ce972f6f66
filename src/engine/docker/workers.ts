import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';

/** Milliseconds between two looks. */
const INTERVAL = 100;

/** Process ids of nginx workers that accept connections. */
export const acceptingWorkers = (docker: Docker, name: string): Promise<ReadonlySet<string>> =>
  processes(docker, name, 'nginx: worker process');

/**
 * Waits until the workers of before the last reload have ended what they had begun; those that go on
 * longer are left to it.
 * @param seconds at most
 */
export async function awaitOldWorkers(
  docker: Docker,
  name: string,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while ((await processes(docker, name, 'nginx: worker process is shutting down')).size > 0) {
    if (Date.now() >= deadline) return;
    await sleep(INTERVAL, undefined, { signal });
  }
}

async function processes(docker: Docker, name: string, title: string): Promise<ReadonlySet<string>> {
  const { Titles, Processes }: { Titles: string[]; Processes: string[][] } = await docker.getContainer(name).top();
  const pid = Titles.indexOf('PID');
  return new Set(
    Processes.filter((process) => process.at(-1)?.endsWith(title)).flatMap((process) => process[pid] ?? []),
  );
}

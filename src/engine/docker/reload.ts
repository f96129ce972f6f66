import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { operationError } from '../../errors.js';
import { FILES_CURRENT, FILES_ROOT, type Service, type ServiceFile } from '../../stack/stack.js';
import { uploadFiles, writeManifest } from './containers.js';
import { execute } from './exec.js';

/** Milliseconds that the new workers have to appear. */
const CONFIRM_TIMEOUT = 10_000;

/**
 * Gives a running container new files: staged, tested inside the container, put in place, signalled,
 * confirmed, recorded. When the test says no, or anything fails after it, the container goes on with
 * what it had.
 * @throws FortressError (exit 1) with the test's own words
 */
export async function reloadFiles(docker: Docker, name: string, service: Service, files: ServiceFile[]): Promise<void> {
  const change = service.onFileChange;
  if (change.kind !== 'reload') throw new TypeError(`${service.name} cannot reload its files`);
  await uploadFiles(docker, name, service, files, 'next');
  const test = await execute(docker, name, change.test);
  if (test.exitCode !== 0) {
    throw operationError('RELOAD_REFUSED', `${name} refused its new files; it goes on with the old ones`, {
      why: test.output.trim(),
      hint: 'correct the template or the configuration and run `fortress up` again',
    });
  }
  const container = docker.getContainer(name);
  const previous = await buffer(await container.getArchive({ path: FILES_CURRENT }));
  // Nothing is recorded until all is done: should we be killed in between, the next run reloads again.
  await writeManifest(docker, name, []);
  try {
    await uploadFiles(docker, name, service, files, 'current');
    const confirms = change.confirm === 'new-workers';
    const before = confirms ? await workers(docker, name) : new Set<string>();
    await container.kill({ signal: change.signal });
    if (confirms) await confirmNewWorkers(docker, name, before);
    await writeManifest(docker, name, files);
  } catch (error) {
    // Should that fail too, what went wrong first is what people must read; the record says "reload" already.
    await restore(container, previous, change.signal).catch(() => undefined);
    throw error;
  }
}

async function restore(container: Docker.Container, previous: Buffer, signal: NodeJS.Signals): Promise<void> {
  await container.putArchive(previous, { path: FILES_ROOT });
  await container.kill({ signal });
}

/** A signal can be lost on a configuration that passes the test and still cannot be used; new workers prove it took. */
async function confirmNewWorkers(docker: Docker, name: string, before: ReadonlySet<string>): Promise<void> {
  const deadline = Date.now() + CONFIRM_TIMEOUT;
  while (Date.now() < deadline) {
    const now = await workers(docker, name);
    if ([...now].some((pid) => !before.has(pid))) return;
    await sleep(50);
  }
  throw operationError(
    'RELOAD_LOST',
    `${name} started no new workers within ${CONFIRM_TIMEOUT / 1000} s of the reload`,
    {
      hint: `look at its log: fortress logs gateway`,
    },
  );
}

/** Process ids of nginx workers that accept connections. */
async function workers(docker: Docker, name: string): Promise<ReadonlySet<string>> {
  const { Titles, Processes }: { Titles: string[]; Processes: string[][] } = await docker.getContainer(name).top();
  const pid = Titles.indexOf('PID');
  return new Set(
    Processes.filter((process) => process.at(-1)?.endsWith('nginx: worker process')).flatMap(
      (process) => process[pid] ?? [],
    ),
  );
}

import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { operationError } from '../../errors.js';
import {
  FILES_CURRENT,
  FILES_NEXT,
  FILES_ROOT,
  type Announcement,
  type Service,
  type ServiceFile,
} from '../../stack/stack.js';
import { movedToNext } from './archive.js';
import { uploadFiles, writeManifest } from './containers.js';
import { execute } from './exec.js';
import { acceptingWorkers } from './workers.js';

/** Milliseconds that the new workers have to appear. */
const CONFIRM_TIMEOUT = 10_000;

/**
 * Gives a running container new files: staged, tested inside the container, put in place, announced to
 * clients, signalled, confirmed, recorded. When the test says no, or anything fails after it, the container goes on with
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
    await putInPlace(docker, name, files);
    const confirms = change.confirm === 'new-workers';
    const before = confirms ? await acceptingWorkers(docker, name) : new Set<string>();
    await announced(docker, name, change.announce, async () => {
      await signal(docker, name, change.signal);
      if (confirms) await confirmNewWorkers(docker, name, before);
    });
    await writeManifest(docker, name, files);
  } catch (error) {
    // Should that fail too, what went wrong first is what people must read; the record says "reload" already.
    await restore(docker, name, previous, change.signal).catch(() => undefined);
    throw error;
  }
}

/** Clients are told beforehand, where the service can tell them, and for as long as the exchange takes. */
async function announced(
  docker: Docker,
  name: string,
  announce: Announcement | null,
  exchange: () => Promise<void>,
): Promise<void> {
  if (announce === null) return exchange();
  await insist(docker, name, announce.begin, { complaint: `${name} could not tell its clients to come back` });
  await sleep(announce.seconds * 1000);
  try {
    await exchange();
  } finally {
    await execute(docker, name, announce.end).catch(() => undefined);
  }
}

/** Files are exchanged whole: nginx reads some of them with every request, and must never find none. */
async function putInPlace(docker: Docker, name: string, files: Pick<ServiceFile, 'path'>[]): Promise<void> {
  const paths = files.map(({ path }) => path);
  // The folders are root's, whose capabilities the container has dropped: it may rename, and nothing else.
  const command = ['sh', '-c', EXCHANGE, 'sh', ...paths];
  await insist(docker, name, command, { complaint: `the new files of ${name} could not be put in place`, user: '0:0' });
}

const EXCHANGE = `
  for file in "$@"; do
    mkdir -p "$(dirname "${FILES_CURRENT}/$file")" && mv -f "${FILES_NEXT}/$file" "${FILES_CURRENT}/$file" || exit 1
  done`;

/** @param previous the files as they were, below `current/` */
async function restore(docker: Docker, name: string, previous: Buffer, restoring: NodeJS.Signals): Promise<void> {
  const container = docker.getContainer(name);
  const { archive, paths } = await movedToNext(previous);
  await container.putArchive(archive, { path: FILES_ROOT });
  await putInPlace(
    docker,
    name,
    paths.map((path) => ({ path })),
  );
  await signal(docker, name, restoring);
}

/**
 * From inside: who is sent a signal by the engine counts as killed by hand, and is not restarted
 * when it crashes later.
 * @throws FortressError (exit 1) when it cannot be sent
 */
async function signal(docker: Docker, name: string, which: NodeJS.Signals): Promise<void> {
  const command = ['sh', '-c', `kill -s ${which.replace(/^SIG/, '')} 1`];
  await insist(docker, name, command, { complaint: `${name} could not be told to read its new files` });
}

/** @throws FortressError (exit 1) with the complaint, and what the command said, unless it exits with 0 */
async function insist(
  docker: Docker,
  name: string,
  command: string[],
  { complaint, user }: { complaint: string; user?: string },
): Promise<void> {
  const { exitCode, output } = await execute(docker, name, command, user);
  if (exitCode === 0) return;
  throw operationError('RELOAD_FAILED', complaint, { why: output.trim(), hint: 'run `fortress up` again' });
}

/** A signal can be lost on a configuration that passes the test and still cannot be used; new workers prove it took. */
async function confirmNewWorkers(docker: Docker, name: string, before: ReadonlySet<string>): Promise<void> {
  const deadline = Date.now() + CONFIRM_TIMEOUT;
  while (Date.now() < deadline) {
    const now = await acceptingWorkers(docker, name);
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

import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { engineState } from '../../support/engine.js';
import type { Project } from '../../support/project.js';

/** What a stack consists of. */
export interface Wish {
  /** How many containers each service has: `{ 'api-v1': 3 }`. */
  containers: Record<string, number>;
  /** Names of data volumes, without the project's. */
  volumes: string[];
}

/** Everything that the state folder may hold when no command runs. */
const STATE_FILES = new RegExp(
  `^(${[
    '\\.gitignore',
    'types(/.*)?',
    'translations(/[^/]+)?',
    'lock',
    'build',
    'guard\\.(log(\\.1)?|json)',
    'generations(/(\\d+\\.json|blobs(/[0-9a-f]{64})?))?',
    'secrets(/(htpasswd|hash\\.key|ca\\.key|ca\\.crt|gateway\\.crt|gateway\\.key|passwords\\.json))?',
  ].join('|')})$`,
);

/** Milliseconds that a guard has to begin, and requests that are under way to end. */
const SETTLING = { timeout: 20_000, interval: 100 };

/**
 * Asserts that a project is exactly what its configuration says, and that nothing else of it is
 * anywhere: no container, network, volume, file or process.
 */
export async function expectConverged(project: Project, wish: Wish): Promise<void> {
  const named = (name: string): string => `${project.name}-${name}`;
  const { containers, networks, volumes, fileVolumes } = await engineState(project.name);
  const services = Object.entries(wish.containers).flatMap(([service, count]) => Array<string>(count).fill(service));
  expect(containers.map(({ name }) => name.replace(/-\d+$/, ''))).toEqual(services.toSorted().map(named));
  expect(containers.filter(({ running }) => !running)).toEqual([]);
  expect(networks.map(({ name }) => name)).toEqual(['backend', 'edge'].map(named));
  expect(volumes).toEqual(wish.volumes.map(named));
  expect(fileVolumes).toHaveLength(containers.length);
  await expect.poll(() => strayFiles(project), SETTLING).toEqual([]);
  await expect.poll(() => processesOf(project), SETTLING).toEqual([expect.stringContaining('guard.js')]);
  expect((await project.predict()).status).toBe(200);
  expect((await project.predict({ group: 'debug' })).status).toBe(200);
  const { exitCode, output } = await project.fortress('plan', '--exit-code');
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
}

/** Files of the state folder that nothing accounts for. */
async function strayFiles({ folder }: Project): Promise<string[]> {
  const state = join(folder, '.fortress');
  const files = await readdir(state, { recursive: true });
  const generations = files.filter((file) => /^generations\/\d+\.json$/.test(file));
  const recorded = (await Promise.all(generations.map((file) => readFile(join(state, file), 'utf8')))).join('');
  const isOrphan = (file: string): boolean =>
    file.startsWith('generations/blobs/') && !recorded.includes(file.slice('generations/blobs/'.length));
  return files.filter((file) => !STATE_FILES.test(file) || isOrphan(file)).toSorted();
}

/** Command lines of the processes that work in a project's folder. */
async function processesOf({ folder }: Project): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return cwd === folder ? readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : '';
    }),
  );
  return lines.filter((line) => line !== '').map((line) => line.replaceAll('\0', ' ').trim());
}

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { PlanDocument } from '../support/change.js';
import { useProject } from '../support/project.js';
import { ENGINE_RESTARTS, type EngineRestart } from './cases/engine-restart.js';
import { underLoad } from './support/load.js';
import { createOwnEngine, type OwnEngine } from './support/own-engine.js';
import { report, timed } from './support/report.js';
import { selected } from './support/selection.js';

// The engine goes and comes back: so does the stack, with no command run.
const project = useProject();
const CLIENTS = 2;
/** Milliseconds; how long it really takes is printed. */
const PATIENCE = { timeout: 120_000, interval: 200 };
let engine: OwnEngine;
let login = '';

/** The CLI on the engine of this test. */
async function fortress(...args: string[]): Promise<string> {
  const [command = '', ...words] = engine.within;
  const cli = [process.execPath, `${inject('packageFolder')}/bin/fortress.js`];
  const { stdout } = await execa(command, [...words, ...cli, ...args], {
    cwd: project.folder,
    env: { DOCKER_HOST: engine.url },
  });
  return stdout;
}

beforeAll(async () => {
  await project.configure({ images: { source: 'debian' } });
  // Builds what is missing, where there is a network.
  await project.ok('up');
  await project.ok('down');
  engine = await createOwnEngine();
  await engine.start();
  const { operations } = JSON.parse(await fortress('plan', '--json')) as PlanDocument;
  await engine.copyImages(
    operations.filter(({ kind }) => kind === 'image.ensure').map(({ id }) => id.replace('image.ensure ', '')),
  );
  await fortress('up');
  await fortress('guard', 'start');
  engine.forward(project.ports.https);
  login = await project.login();
});

afterAll(async () => {
  // Whether that still works, nothing of the engine stays.
  await fortress('down', '--purge').catch(() => undefined);
  await engine.close();
});

describe('the engine restarted under load', () => {
  it.each(selected(ENGINE_RESTARTS))('$name', async (restart) => {
    const { result, tally } = await underLoad(
      CLIENTS,
      () => project.predict({ login }),
      () => timed(() => restartAndWait(restart)),
    );
    report({ name: restart.name, tally, recovered: result.took });
    expect(await fortress('plan', '--exit-code')).toContain('nothing to do');
  });
});

async function restartAndWait({ signal, killed }: EngineRestart): Promise<void> {
  const names = killed.map((name) => `${project.name}-${name}`);
  if (names.length > 0) await execa('docker', ['--host', engine.url, 'kill', ...names]);
  await engine.stop(signal);
  await engine.start();
  await expect.poll(answering, PATIENCE).toEqual(['api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v2-1']);
}

/** Replicas that answer some requests, sorted. */
async function answering(): Promise<string[]> {
  const asked = Array.from({ length: 24 }, (_, index) =>
    project.predict({ login, ...(index % 6 === 0 && { group: 'debug' }) }).then(
      ({ headers, status }) => (status === 200 ? [String(headers['x-instance-id'])] : []),
      () => [],
    ),
  );
  return [...new Set((await Promise.all(asked)).flat())].toSorted();
}

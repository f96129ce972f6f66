import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGeneration } from '../../../src/generations/open.js';
import { listGenerations } from '../../../src/generations/store.js';
import { testProject, up } from './fixture.js';

const ROUNDS = 8;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-killed-'));
  await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    outfile: join(folder, 'worker.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['onnxruntime-node', '*.node'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Lets a process keep generations and kills it at any moment of that. */
async function keepUntilKilled(root: string): Promise<void> {
  const worker = spawn(process.execPath, [join(folder, 'worker.mjs'), root], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(worker.stdout, 'data');
  await sleep(Math.random() * 60);
  const ended = once(worker, 'close');
  worker.kill('SIGKILL');
  await ended;
}

test('killed at any moment, the list is whole; the next one goes on from it and leaves nothing over', async () => {
  const project = await testProject();
  await mkdir(project.stateDir);
  let newest = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await keepUntilKilled(project.root);
    const numbers = (await listGenerations(project.stateDir)).map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(0);
    for (const number of numbers) await openGeneration(project.stateDir, number);
    expect(numbers.at(-1)).toBeGreaterThan(newest);
    newest = numbers.at(-1) ?? 0;
  }
  expect(await up(project)).toBe(newest + 1);
  const kept = await readdir(join(project.stateDir, 'generations'));
  expect(kept.filter((name) => name.endsWith('.json'))).toHaveLength(5);
  expect(kept, 'the five, and the folder of files').toHaveLength(6);
  expect(await readdir(join(project.stateDir, 'generations/blobs'))).toHaveLength(5);
}, 60_000);

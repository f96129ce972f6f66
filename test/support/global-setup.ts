import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { endGuards } from './guards.js';
import { assertEngine, projectNames, removeEverything } from './engine.js';
import { buildIfStale, copyPackage } from './package-copy.js';

/** What the global set-up hands to every test file. */
declare module 'vitest' {
  interface ProvidedContext {
    /** Copy of exactly what npm would publish: the CLI under test. */
    packageFolder: string;
    /** Start of the project names of this run; no other run has the same. */
    runPrefix: string;
  }
}

/** Once per run: an engine that answers, a built CLI, and in the end proof that nothing is left behind. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await assertEngine();
  await buildIfStale();
  const packageFolder = await copyPackage();
  const runPrefix = `e2e-${randomBytes(3).toString('hex')}`;
  project.provide('packageFolder', packageFolder);
  project.provide('runPrefix', runPrefix);
  return async () => {
    const guards = await endGuards(packageFolder);
    await rm(packageFolder, { recursive: true, force: true });
    const left = (await projectNames()).filter((name) => name.startsWith(runPrefix));
    await Promise.all(left.map(removeEverything));
    if (left.length > 0) throw new Error(`the tests left things of ${left.join(', ')} in the engine (removed now)`);
    if (guards.length > 0) throw new Error(`the tests left guards running (ended now): ${guards.join(', ')}`);
  };
}

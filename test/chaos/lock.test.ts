import { beforeAll, describe, expect, it } from 'vitest';
import { useProject } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';
import { LOCK_CASES, type LockCase } from './cases/lock.js';
import { expectConverged } from './support/converged.js';
import { report, timed } from './support/report.js';
import { selected } from './support/selection.js';

// Several commands for one project at once, and commands that die with the lock in their hands.
const project = useProject();
const configure = (memory: string): Promise<void> =>
  project.configure({ apis: { v1: { replicas: 2, memory }, v2: { debug: true } } });
const WISH = { containers: { 'api-v1': 2, 'api-v2': 1, gateway: 1 }, volumes: [] };

beforeAll(async () => {
  await configure('256m');
  await project.ok('up');
});

describe('the lock', () => {
  it.each(selected(LOCK_CASES).map((one, index) => ({ ...one, index })))('$name', async (one) => {
    const login = await project.login();
    await configure(`${300 + one.index}m`);
    const { result, tally } = await underTraffic(
      () => project.predict({ login }),
      () => timed(() => carryOut(one)),
    );
    report({ name: one.name, tally, recovered: result.took });
    expect(tally.failures).toEqual([]);
    await expectConverged(project, WISH);
  });
});

async function carryOut({ starts, dies, tells }: LockCase): Promise<void> {
  const [owner, ...others] = Array.from({ length: starts }, () => project.start('up'));
  if (owner === undefined) return;
  if (dies) {
    await owner.until(/✓ created /);
    owner.kill('SIGKILL');
    await owner.ended;
    others.push(project.start('up', '--lock-timeout', '0'));
  }
  const outcomes = await Promise.all([...(dies ? [] : [owner]), ...others].map(({ ended }) => ended));
  expect(outcomes.map(({ exitCode, output }) => (exitCode === 0 ? 0 : output))).toEqual(outcomes.map(() => 0));
  expect(outcomes.map(({ output }) => output).join('')).toMatch(tells);
}

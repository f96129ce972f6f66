import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../support/change.js';
import { useProject, type Project } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';
import { KILLED_COMMANDS, type KilledCommand } from './cases/killed-steps.js';
import { expectConverged } from './support/converged.js';
import { killAtStep } from './support/kill-at-step.js';
import { report, timed } from './support/report.js';
import { selected, selectedSteps } from './support/selection.js';

// Whatever fortress was just doing when it was killed with SIGKILL: the next `up` has exactly what
// the configuration says, and clients notice nothing.
describe.each(selected(KILLED_COMMANDS))('kill -9 in $name', (killed) => {
  const project = useProject();

  it('after any step: the next up converges', async () => {
    const operations = await countOperations(project, killed);
    let kills = 0;
    for (const step of selectedSteps(operations)) {
      const wasKilled = await killAndConverge(project, killed, step).catch((error: unknown) => {
        throw new Error(`${killed.name}, killed at step ${step}`, { cause: error });
      });
      if (!wasKilled) break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(0);
  });
});

/** Makes the stack that the command starts from. */
async function start(project: Project, { command, serves, before }: KilledCommand): Promise<void> {
  await before(project);
  if (serves || command === 'down') await project.ok('up');
  else await project.ok('down', '--volumes');
}

/** Operations of the change, without looks at what is just starting, of which there are more or fewer. */
async function countOperations(project: Project, killed: KilledCommand): Promise<number> {
  await start(project, killed);
  await killed.change(project, 0);
  const { operations } = await project.json<PlanDocument>('plan');
  return operations.filter(({ cause }) => cause !== 'is starting').length;
}

/** @returns whether the command was still under way at that step */
async function killAndConverge(project: Project, killed: KilledCommand, step: number): Promise<boolean> {
  await start(project, killed);
  const wish = await killed.change(project, step);
  const work = async (): Promise<{ told: number | null; took: number }> => {
    const told = await killAtStep(project.start(killed.command, ...flagsOf(killed)), step);
    const { took } = await timed(() => project.ok('up'));
    await expectConverged(project, wish);
    return { told, took };
  };
  const login = killed.serves ? await project.login() : '';
  const { result, tally } = killed.serves
    ? await underTraffic(() => project.predict({ login }), work)
    : { result: await work(), tally: null };
  const { told, took } = result;
  const how = told === null ? 'through before' : `killed at`;
  report({
    name: `${killed.name}, ${how} step ${step}${told === null || told === step ? '' : ` (${told} done)`}`,
    tally,
    recovered: told === null ? null : took,
  });
  expect(tally?.failures ?? []).toEqual([]);
  return told !== null;
}

const flagsOf = ({ command }: KilledCommand): string[] => (command === 'down' ? ['--volumes'] : []);

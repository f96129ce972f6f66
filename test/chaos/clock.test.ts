import { afterEach, describe, expect, it } from 'vitest';
import { runCli, succeeded } from '../support/cli.js';
import { useProject } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';
import { CLOCK_CASES } from './cases/clock.js';
import { clockAhead } from './support/other-clock.js';
import { report, timed, unexpected } from './support/report.js';
import { selected } from './support/selection.js';

// The clock of the process that runs fortress jumps; everything else keeps its time.
const project = useProject();
const upAt = async (days: number): Promise<string> => {
  const env = days === 0 ? {} : await clockAhead(days);
  return succeeded(await runCli(['up'], { cwd: project.folder, env })).output;
};

afterEach(async () => {
  await project.ok('down', '--purge');
});

describe('a clock that jumps', () => {
  it.each(selected(CLOCK_CASES))('$name', async ({ name, made, again, says, unnoticed, keepsCa }) => {
    await project.configure({ apis: { v1: { replicas: 2 }, v2: { debug: true } } });
    await upAt(made);
    const ca = await project.file('.fortress/secrets/ca.crt');
    const login = await project.login();
    const { result, tally } = await underTraffic(
      () => project.predict({ login }),
      () => timed(() => upAt(again)),
    );
    report({ name, tally, recovered: result.took });
    expect(result.result).toMatch(says);
    expect(unexpected(tally, unnoticed)).toEqual([]);
    // None was dropped: where clients failed, they did not trust what they were shown.
    expect(tally.failures.filter((failure) => !/certificate|self-signed|signature/i.test(failure))).toEqual([]);
    expect((await project.file('.fortress/secrets/ca.crt')) === ca).toBe(keepsCa);
    expect((await project.predict({ login })).status).toBe(200);
    expect(await project.ok('up')).toMatchObject({ stdout: expect.stringContaining('nothing to change') as string });
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { EMPTY, engineState } from '../support/engine.js';
import { useProject } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';

// Whoever stops `up`, whenever and however: the next `up` has exactly what the configuration says.
const project = useProject();
const named = (name: string): string => `${project.name}-${name}`;

const configOf = (memory: string): FortressConfig => ({
  apis: { v1: { replicas: 2, memory }, v2: { debug: true, memory } },
  monitoring: { exporterPort: project.ports.exporter, prometheusPort: project.ports.prometheus, grafana: false },
});

beforeAll(() => project.configure(configOf('256m')));

/** Ups to the end, and then counts everything. Gives what up said. */
async function expectConverged(): Promise<string> {
  const { output } = await project.ok('up');
  const { containers, networks, volumes, fileVolumes } = await engineState(project.name);
  const services = containers.map(({ name }) => name.replace(/-\d+$/, ''));
  expect(services).toEqual(['api-v1', 'api-v1', 'api-v2', 'exporter', 'gateway', 'prometheus'].map(named));
  expect(containers.filter(({ running }) => !running)).toEqual([]);
  expect(networks.map(({ name }) => name)).toEqual([named('backend'), named('edge')]);
  expect(volumes).toEqual([named('prometheus-data')]);
  expect(fileVolumes).toHaveLength(containers.length);
  expect(await readdir(join(project.folder, '.fortress/lock'))).toEqual([]);
  expect((await project.predict()).status).toBe(200);
  expect((await project.predict({ group: 'debug' })).status).toBe(200);
  expect(await project.fortress('plan', '--exit-code')).toMatchObject({ exitCode: 0 });
  return output;
}

describe('two at once', () => {
  it('the second waits, says for whom, and finds everything done; one that will not wait says who has the lock', async () => {
    const first = project.start('up');
    await first.until(/created/);
    const second = project.start('up');
    const impatient = await project.fortress('up', '--lock-timeout', '0');
    const down = await project.fortress('down', '--lock-timeout', '0', '--json');
    expect(impatient.exitCode).toBe(1);
    expect(impatient.stderr).toContain(`\`fortress up\` (pid ${first.pid} on `);
    expect(down.exitCode).toBe(1);
    expect(JSON.parse(down.stdout)).toMatchObject({ error: { code: 'LOCKED' } });

    expect((await first.ended).exitCode).toBe(0);
    const { exitCode, stdout } = await second.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`waiting for \`fortress up\` (pid ${first.pid} on `);
    expect(stdout).toContain('up already, nothing to change');
    await expectConverged();
    await project.ok('down', '--volumes');
  });
});

describe('Ctrl-C', () => {
  it('in a first up: says so with exit code 130, and the next up goes on', async () => {
    const up = project.start('up');
    await up.until(/✓ started/);
    up.kill('SIGINT');
    const { exitCode, stderr } = await up.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('stopped by you');
    await expectConverged();
  });

  it('in a change: takes back what it began, clients notice nothing', async () => {
    await project.configure(configOf('257m'));
    const before = await engineState(project.name);
    const login = await project.login();
    const { result, tally } = await underTraffic(
      () => project.predict({ login }),
      async () => {
        const up = project.start('up');
        await up.until(/✓ created .*api/);
        up.kill('SIGINT');
        return up.ended;
      },
    );
    expect(result.exitCode).toBe(130);
    expect(tally.failures).toEqual([]);
    expect(await engineState(project.name)).toEqual(before);
    await expectConverged();
    await project.ok('down', '--volumes');
  });
});

/** Milliseconds into `up`, from before its first call to just before its end. */
const DELAYS = [
  [250, 700],
  [700, 1500],
  [1500, 3000],
] as const;
const within = ([from, to]: readonly [number, number]): number => Math.round(from + Math.random() * (to - from));

async function killAfter(milliseconds: number): Promise<void> {
  const up = project.start('up');
  await sleep(milliseconds);
  up.kill('SIGKILL');
  await up.ended;
}

describe('kill -9', () => {
  it.each(DELAYS.map(within))('%i ms into a first up', async (delay) => {
    await killAfter(delay);
    expect(await expectConverged()).toContain('a prediction came back');
    await project.ok('down', '--volumes');
  });

  it('again and again in changes, each time somewhere else: clients notice nothing', async () => {
    await expectConverged();
    const login = await project.login();
    const { result, tally } = await underTraffic(
      () => project.predict({ login }),
      async () => {
        for (const [index, delay] of DELAYS.map(within).entries()) {
          await project.configure(configOf(`${260 + index}m`));
          await killAfter(delay);
        }
        return expectConverged();
      },
    );
    expect(result).toContain('a prediction came back');
    expect(tally.failures).toEqual([]);
  });

  it('while an old gateway gives way to a new one', async () => {
    await project.configure({ ...configOf('270m'), gateway: { hosts: ['localhost'], bind: '0.0.0.0' } });
    const up = project.start('up');
    await up.until(new RegExp(`stopped ${named('gateway')}`));
    up.kill('SIGKILL');
    await up.ended;
    expect(await expectConverged()).toContain('took over the lock');
  });

  it('in down: the next down removes the rest', async () => {
    const down = project.start('down', '--volumes');
    await down.until(/stopped/);
    down.kill('SIGKILL');
    await down.ended;
    await project.ok('down', '--volumes');
    expect(await engineState(project.name)).toEqual(EMPTY);
  });
});

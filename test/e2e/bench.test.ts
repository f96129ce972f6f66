import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import type { BenchResult } from '../../src/bench/result.js';
import { EMPTY, engineState, inspect, removeEverything } from '../support/engine.js';
import { useProject } from '../support/project.js';

// A copy of the stack comes, is measured, and goes, however that ends; the project is not touched.
const project = useProject();
const copy = `${project.name}.bench`;

const CONFIG: FortressConfig = {
  apis: { v1: { replicas: 2 } },
  routes: [{ to: 'v1' }],
  gateway: { rateLimit: { requestsPerSecond: 1, burst: 0 } },
};
/** As short as it can be. */
const SHORT = ['--rounds', '1', '--seconds', '1', '--connections', '4'];
const MEASURING = /measuring, round: 1 of/;

beforeAll(() => project.configure(CONFIG));
afterAll(() => removeEverything(copy));

const expectNothingLeft = async (): Promise<void> => {
  expect(await engineState(copy)).toEqual(EMPTY);
  expect(await engineState(project.name)).toEqual(EMPTY);
  expect(await readdir(join(project.folder, '.fortress'))).not.toContain('secrets');
};

describe('fortress bench', () => {
  it('killed at once, it leaves its copy: in the internal network, without a published port, each part on its processors', async () => {
    const run = project.start('bench', ...SHORT);
    await run.until(MEASURING);
    const { containers, networks } = await engineState(copy);
    expect(containers.map(({ name }) => name)).toEqual(
      ['api-v1-1', 'api-v1-2', 'client-1', 'gateway-auth-1', 'gateway-limit-1', 'gateway-nginx-1', 'gateway-tls-1'].map(
        (name) => `${copy}-${name}`,
      ),
    );
    expect(networks.map(({ name }) => name)).toEqual([`${copy}-backend`]);
    const inspected = await Promise.all(containers.map(({ name }) => inspect(name)));
    expect(inspected.flatMap(({ HostConfig }) => Object.keys(HostConfig.PortBindings as object))).toEqual([]);
    const processors = (pattern: RegExp) =>
      new Set(inspected.filter(({ Name }) => pattern.test(Name)).map(({ HostConfig }) => HostConfig.CpusetCpus));
    expect(processors(/client/)).not.toEqual(processors(/gateway|api/));
    run.kill('SIGKILL');
    await run.ended;
    expect((await engineState(copy)).containers).toHaveLength(containers.length);
  });

  it('the next one clears that away, measures every layer, and leaves nothing', async () => {
    const page = join(project.folder, 'bench.html');
    const { layers, connections, capacity, settings } = await project.json<BenchResult>(
      'bench',
      ...SHORT,
      '--report',
      `html=${page}`,
    );
    expect(settings).toEqual({ rounds: 1, seconds: 1, connections: 4 });
    expect(layers.map(({ layer }) => layer)).toEqual(['direct', 'nginx', 'tls', 'auth', 'limit']);
    for (const { requestsPerSecond, p50, p90, p99, cpu, failures } of layers) {
      expect(failures).toEqual({});
      expect(requestsPerSecond).toBeGreaterThan(10);
      expect(p50).toBeGreaterThan(0);
      expect(p90).toBeGreaterThanOrEqual(p50);
      expect(p99).toBeGreaterThanOrEqual(p90);
      expect(cpu.apis).toBeGreaterThan(10);
    }
    expect(layers.map(({ cpu }) => cpu.gateway === null)).toEqual([true, false, false, false, false]);
    expect(connections.map((one) => one.connections)).toEqual([1, 2, 4, 8, 16]);
    expect(capacity?.sentence).toMatch(
      /^This configuration serves [\d,]+ requests\/s at p99 [\d.]+ ms .*the first limit is /,
    );
    const html = await readFile(page, 'utf8');
    expect(html).toContain('<svg ');
    expect(html).not.toMatch(/NaN|undefined/);
    await expectNothingLeft();
  });

  it('stopped by Ctrl-C, it takes the copy down', async () => {
    const run = project.start('bench', ...SHORT);
    await run.until(MEASURING);
    run.kill('SIGINT');
    expect((await run.ended).exitCode).toBe(130);
    await expectNothingLeft();
  });

  it('so it does when requests fail, and says how', async () => {
    const template = await readFile(join(inject('packageFolder'), 'templates/nginx/nginx.conf.eta'), 'utf8');
    const broken = template.replace('location = /predict {', 'location = /predict { return 418;');
    expect(broken).not.toBe(template);
    await mkdir(join(project.folder, 'templates/nginx'), { recursive: true });
    await writeFile(join(project.folder, 'templates/nginx/nginx.conf.eta'), broken);
    await project.configure({ ...CONFIG, templates: 'templates' });
    const { exitCode, stderr } = await project.fortress('bench', ...SHORT);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('layer "+ nginx"');
    expect(stderr).toMatch(/instead of 200: 418 \(\d+ times\)/);
    await expectNothingLeft();
  });

  it('refuses what it cannot do before anything is started', async () => {
    for (const [args, words] of [
      [['--connections', '0'], 'expected 1 to 1000 connections'],
      [['--report', 'bench.html'], '--report bench.html: there is no format "bench.html"'],
    ] as const) {
      const { exitCode, stderr } = await project.fortress('bench', ...args);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(words);
    }
    await expectNothingLeft();
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { docker, inspect } from '../support/engine.js';
import { useProject } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';

// What dies comes back, in rotation, with no command run; what a person stops stays stopped.
const project = useProject();
const named = (name: string): string => `${project.name}-${name}`;
const APIS = ['api-v1-1', 'api-v1-2', 'api-v1-3'].map((name) => named(name));

interface GuardState {
  running: boolean;
  pid: number | null;
  log: string[];
}
const guard = (...args: string[]): Promise<GuardState> => project.json<GuardState>('guard', ...args);

/** Times are bars of the benchmarks; here they are generous, and printed. */
const PATIENCE = { timeout: 30_000, interval: 50 };

async function serving(login: string): Promise<boolean> {
  return project.predict({ login }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function startedAgain(name: string, before: string): Promise<boolean> {
  const { State } = await inspect(name);
  return State.Running && State.StartedAt !== before;
}

/** Milliseconds until `question` is answered with yes. */
async function until(what: string, question: () => Promise<boolean>): Promise<number> {
  const startedAt = performance.now();
  await expect.poll(question, PATIENCE).toBe(true);
  const took = Math.round(performance.now() - startedAt);
  console.log(`${what}: ${took} ms`);
  return took;
}

/** Replicas that answered some requests. */
async function answering(login: string): Promise<Set<string>> {
  const answers = await Promise.all(Array.from({ length: 24 }, () => project.predict({ login })));
  return new Set(answers.map(({ headers }) => String(headers['x-instance-id'])));
}

beforeAll(async () => {
  await project.configure({
    monitoring: { exporterPort: project.ports.exporter, prometheusPort: project.ports.prometheus, grafana: false },
  });
  await project.ok('up');
  await project.ok('guard', 'start');
});

describe('a guard', () => {
  it('is one, however often it is asked for, and status shows it', async () => {
    const { pid } = await guard();
    expect((await guard('start')).pid).toBe(pid);
    expect((await project.fortress('status')).stdout).toContain(`guard: running (pid ${pid})`);
    expect(await project.json('status')).toMatchObject({ up: true, guard: pid });
  });

  it('brings back one killed API: clients notice next to nothing, and it is in rotation again', async () => {
    const login = await project.login();
    const name = named('api-v1-2');
    const { tally } = await underTraffic(
      () => project.predict({ login }),
      async () => {
        await docker.getContainer(name).kill();
        await until('one API killed, in rotation again', async () => (await answering(login)).size === 3);
      },
    );
    console.log(`${tally.failures.length} of ${tally.sent} requests failed`);
    expect(tally.failures.length).toBeLessThanOrEqual(1);
  });

  it('brings back all three at once', async () => {
    const login = await project.login();
    await Promise.all(APIS.map((name) => docker.getContainer(name).kill()));
    expect(await until('all APIs killed, serving again', () => serving(login))).toBeLessThan(20_000);
    await until('all three in rotation', async () => (await answering(login)).size === 3);
  });

  it.each(['gateway-1', 'prometheus-1', 'exporter-1'])('brings back %s', async (name) => {
    const { State } = await inspect(named(name));
    await docker.getContainer(named(name)).kill();
    await until(`${name} killed, running again`, () => startedAgain(named(name), State.StartedAt));
    const login = await project.login();
    expect(await until('serving', () => serving(login))).toBeLessThan(20_000);
  });

  it('brings back a gateway that crashed after a reload, which the engine itself does not', async () => {
    const gateway = docker.getContainer(named('gateway-1'));
    await gateway.kill({ signal: 'SIGHUP' });
    const { State } = await inspect(named('gateway-1'));
    process.kill(State.Pid, 'SIGKILL');
    const login = await project.login();
    const took = await until('gateway crashed after a reload, serving', () => serving(login));
    expect(took).toBeLessThan(20_000);
  });

  it('leaves alone what a person stops', async () => {
    const name = named('api-v1-3');
    await docker.getContainer(name).stop();
    await sleep(4000);
    expect((await inspect(name)).State.Running).toBe(false);
    expect((await guard()).log.at(-1)).toContain(`${name} left as it is: somebody stopped it`);
    await project.ok('up');
    expect((await inspect(name)).State.Running).toBe(true);
  });

  it('that is killed itself is replaced', async () => {
    const { pid } = await guard();
    process.kill(pid ?? 0, 'SIGKILL');
    await expect.poll(async () => (await guard()).running).toBe(false);
    await project.ok('up');
    await project.ok('guard', 'start');
    const { pid: now, running } = await guard();
    expect(running).toBe(true);
    expect(now).not.toBe(pid);
  });

  it('leaves alone what another fortress does', async () => {
    const before = (await guard()).log.length;
    await project.edit([
      /"monitoring"/,
      '"apis": { "v1": { "memory": "300m" }, "v2": { "debug": true } },\n  "monitoring"',
    ]);
    await project.ok('up');
    await sleep(1500);
    const { log } = await guard();
    expect(log.slice(before).filter((line) => line.includes('started in'))).toEqual([]);
  });

  it('is ended by guard stop and by down', async () => {
    expect(await guard('stop')).toMatchObject({ running: false, pid: null });
    await project.ok('guard', 'start');
    expect((await guard()).running).toBe(true);
    await project.ok('down');
    expect((await guard()).running).toBe(false);
  });
});

describe('guard: false', () => {
  it('means none', async () => {
    await project.configure({ guard: false });
    const { exitCode, stderr } = await project.fortress('guard', 'start');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('guard: false');
    expect((await project.ok('guard')).stdout).toContain('guard: false');
  });
});

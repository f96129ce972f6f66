import { beforeAll, describe, expect, it } from 'vitest';
import { docker, inspect } from '../support/engine.js';
import { useProject } from '../support/project.js';
import { KILLED_CONTAINERS, type KilledContainers } from './cases/killed-containers.js';
import { expectConverged, type Wish } from './support/converged.js';
import { underLoad } from './support/load.js';
import { report, timed, unexpected } from './support/report.js';
import { selected } from './support/selection.js';

// Whatever container dies: it is back, and in rotation, with no command run.
const project = useProject();
const named = (name: string): string => `${project.name}-${name}`;
const WISH: Wish = {
  containers: { 'api-v1': 3, 'api-v2': 1, gateway: 1, exporter: 1, prometheus: 1 },
  volumes: ['prometheus-data'],
};
const CLIENTS = 4;
/** Milliseconds; how long it really takes is printed. */
const PATIENCE = { timeout: 60_000, interval: 50 };
let login = '';

beforeAll(async () => {
  const { exporter, prometheus } = project.ports;
  await project.configure({
    monitoring: { exporterPort: exporter, prometheusPort: prometheus, grafana: false },
  });
  await project.ok('up');
  await project.ok('guard', 'start');
  login = await project.login();
});

describe('killed under load', () => {
  it.each(selected(KILLED_CONTAINERS))('$name', async (killed) => {
    const targets = targetsOf(killed).map(named);
    const { result, tally } = await underLoad(
      CLIENTS,
      () => project.predict({ login }),
      () => timed(() => killAndWait(killed, targets)),
    );
    report({ name: killed.name, tally, recovered: result.took });
    expect(unexpected(tally, killed.unnoticed)).toEqual([]);
    expect(tally.sent).toBeGreaterThan(20);
    await expectConverged(project, WISH);
  });
});

function targetsOf({ targets }: KilledContainers): string[] {
  if (Array.isArray(targets)) return targets;
  const { anyOf } = targets;
  return anyOf.slice(Math.floor(Math.random() * anyOf.length)).slice(0, 1);
}

async function killAndWait({ by }: KilledContainers, targets: string[]): Promise<void> {
  const before = await Promise.all(targets.map(inspect));
  await Promise.all(
    before.map(async ({ Id, State }) => {
      if (by === 'docker kill') await docker.getContainer(Id).kill();
      else process.kill(State.Pid, 'SIGKILL');
    }),
  );
  const isBack = async (): Promise<boolean> => {
    const now = await Promise.all(targets.map(inspect));
    return now.every(({ State }, index) => State.Running && State.StartedAt !== before[index]?.State.StartedAt);
  };
  await expect.poll(isBack, PATIENCE).toBe(true);
  await expect.poll(answering, PATIENCE).toEqual(['api-v1-1', 'api-v1-2', 'api-v1-3']);
}

/** Replicas that answer some requests, sorted; none while the gateway is away. */
async function answering(): Promise<string[]> {
  const asked = Array.from({ length: 24 }, () =>
    project.predict({ login }).then(
      ({ headers }) => [String(headers['x-instance-id'])],
      () => [],
    ),
  );
  return [...new Set((await Promise.all(asked)).flat())].toSorted();
}

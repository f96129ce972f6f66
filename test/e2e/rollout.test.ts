import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { CLOSING_FILE } from '../../src/stack/services/gateway.js';
import { engineState } from '../support/engine.js';
import { useProject } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';

// How replicas give way to new ones, and what `up` says of it.
const project = useProject();

const configure = (config: FortressConfig = {}): Promise<void> =>
  project.configure({ apis: { v1: { replicas: 3, rollout: { batch: 1 } }, v2: { debug: true } }, ...config });

/** Changes a byte that no prediction depends on. */
const changeModel = (): Promise<void> => appendFile(join(project.folder, 'model/model.json'), '\n');

const namesOf = async (service: string): Promise<string[]> =>
  (await engineState(project.name)).containers
    .filter(({ name, running }) => running && name.includes(`-${service}-`))
    .map(({ name }) => name.slice(project.name.length + 1));

interface UpDocument {
  changed: boolean;
  generation: number;
  probe: { sent: number; failed: number; failures: string[] } | null;
  plan: { rollouts: object[] };
}

beforeAll(async () => {
  await configure();
  await project.ok('up');
});

describe('a new model', () => {
  it('goes out step by step, nobody notices, and the probe says so', async () => {
    await changeModel();
    const login = await project.login();
    const { result, tally } = await underTraffic(
      () => project.predict({ login }),
      () => project.json<UpDocument>('up'),
    );
    expect(tally.failures).toEqual([]);
    expect(result).toMatchObject({
      changed: true,
      probe: { failed: 0, failures: [] },
      plan: { rollouts: [{ service: 'api-v1', order: 'start-first', batch: 1, steps: 3, because: null }, {}] },
    });
    expect(result.probe?.sent).toBeGreaterThan(50);
    expect(await namesOf('api-v1')).toEqual(['api-v1-4', 'api-v1-5', 'api-v1-6']);
    // Connections are kept again.
    expect(await project.fortress('exec', 'gateway', 'sh', '-c', 'test -e /tmp/closing')).toMatchObject({
      exitCode: 1,
    });
  });

  it('goes out by stopping old ones first where that is wished', async () => {
    await configure({ apis: { v1: { replicas: 3, rollout: { order: 'stop-first' } }, v2: { debug: true } } });
    await changeModel();
    const { stdout } = await project.ok('plan');
    expect(stdout).toContain('api-v1: old replicas stop before new ones start, 1 at a time in 3 steps');
    const login = await project.login();
    const { tally } = await underTraffic(
      () => project.predict({ login }),
      () => project.ok('up'),
    );
    expect(tally.failures).toEqual([]);
    expect(await namesOf('api-v1')).toHaveLength(3);
  });
});

const trace = (name: string): string => `echo ${name} >> trace`;

describe('shortly before a reload', () => {
  const question = { method: 'POST', path: '/predict', body: '{"sentence":"I love this so much"}' };
  const headers = { 'content-type': 'application/json', connection: 'keep-alive' };

  it('connections are closed after their answer, and nothing else is different', async () => {
    const login = await project.login();
    const meetings = [
      { login },
      { login, headers: { ...headers, 'x-experiment-group': 'debug' } },
      { login: 'admin:wrong' },
      { login, path: '/nowhere' },
    ].map((meeting) => ({ headers, ...question, ...meeting }));
    const answers = async (): Promise<{ status: number; kept: boolean; arm: boolean }[]> =>
      Promise.all(
        meetings.map(async (meeting) => {
          const { status, headers: told, body } = await project.ask(meeting);
          return { status, kept: told.connection === 'keep-alive', arm: body.includes('prediction_proba_dict') };
        }),
      );
    const usual = await answers();
    expect(usual.map(({ status, kept }) => ({ status, kept }))).toEqual(
      [200, 200, 401, 404].map((status) => ({ status, kept: true })),
    );
    await project.ok('exec', 'gateway', '--', 'sh', '-c', `: > ${CLOSING_FILE}`);
    const closing = await answers();
    await project.ok('exec', 'gateway', '--', 'sh', '-c', `rm ${CLOSING_FILE}`);
    expect(closing.slice(0, 3)).toEqual(usual.slice(0, 3).map((answer) => ({ ...answer, kept: false })));
    expect(closing[3]).toMatchObject({ status: 404 });
    expect(await answers()).toEqual(usual);
  });
});

describe('hooks', () => {
  it('run around a change, with the plan, and not where nothing changes', async () => {
    await configure({
      hooks: { beforeUp: `${trace('before')} && cp "$FORTRESS_PLAN" plan.json`, afterUp: trace('after') },
    });
    await project.ok('up');
    await changeModel();
    await project.ok('up');
    expect(await project.file('trace')).toBe('before\nafter\n');
    expect(JSON.parse(await project.file('plan.json'))).toMatchObject({ hook: 'beforeUp', project: project.name });
  });

  it('that fail stop the change before anything is touched', async () => {
    await configure({ hooks: { beforeUp: 'echo not today; exit 7' } });
    await changeModel();
    const before = await engineState(project.name);
    const { exitCode, output } = await project.fortress('up');
    expect(exitCode).toBe(1);
    expect(output).toContain('not today');
    expect(output).toContain('the hook beforeUp failed');
    expect(await engineState(project.name)).toEqual(before);
    await configure();
    await project.ok('up');
  });
});

describe('up --verify', () => {
  it('goes back to the last generation when a promise is broken', async () => {
    const { generation } = await project.json<UpDocument>('up');
    // Lets everybody in.
    await project.edit([/"apis"/, '"templates": "templates", "apis"']);
    await writeTemplateWithoutPassword();
    const { exitCode, output } = await project.fortress('up', '--verify');
    expect(exitCode).toBe(1);
    expect(output).toMatch(/verify found broken promises: .*auth\.required/);
    expect(output).toContain(`going back to generation ${generation}`);
    expect((await project.ask({ method: 'POST', path: '/predict', body: '{"sentence":"x"}' })).status).toBe(401);
    const { exitCode: planned } = await project.fortress('plan', '--exit-code');
    expect(planned, 'the configuration still says otherwise').toBe(2);
  }, 300_000);
});

async function writeTemplateWithoutPassword(): Promise<void> {
  const built = await readFile(new URL('../../templates/nginx/nginx.conf.eta', import.meta.url), 'utf8');
  await mkdir(join(project.folder, 'templates/nginx'), { recursive: true });
  await writeFile(
    join(project.folder, 'templates/nginx/nginx.conf.eta'),
    built.replace(/ +auth_basic(?:_user_file)? .*;\n/g, ''),
  );
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { engineState } from '../support/engine.js';
import { useProject } from '../support/project.js';
import { underTraffic } from '../support/traffic.js';
import { sampleCsv } from '../unit/train/sample-data.js';

// A stack whose history is made, gone back in, scaled and restarted, while a client asks all the time.
const project = useProject();
const config: FortressConfig = { apis: { v1: { replicas: 3 }, v2: { debug: true } } };
let login = '';

beforeAll(async () => {
  await project.configure(config);
  await project.ok('up');
  login = await project.login();
});

interface History {
  up: boolean;
  generations: { number: number; cause: string; changes: string[] | null; current: boolean }[];
}

const history = (): Promise<History> => project.json<History>('history');
const newest = async (): Promise<History['generations'][number] | undefined> => (await history()).generations[0];

/** Runs a command that no client may notice; what it printed. */
async function unnoticed(...args: string[]): Promise<string> {
  const { result, tally } = await underTraffic(
    () => project.predict({ login }),
    () => project.ok(...args),
  );
  expect(tally.failures).toEqual([]);
  expect(tally.sent).toBeGreaterThan(5);
  return result.stdout;
}

/** Labels that the running model knows. */
async function labels(): Promise<string[]> {
  const { body } = await project.predict({ group: 'debug' });
  const { prediction_proba_dict: probabilities } = JSON.parse(body) as { prediction_proba_dict: object };
  return Object.keys(probabilities).toSorted();
}

const MOODS = ['calm', 'glad', 'sad'];

async function replicasThatAnswer(): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 24 }, () => project.predict({ login })));
  return new Set(answers.map(({ headers }) => headers['x-instance-id'])).size;
}

describe('history', () => {
  it('begins with the first up', async () => {
    expect(await history()).toMatchObject({
      up: true,
      generations: [{ number: 1, cause: 'fortress up', changes: null, current: true }],
    });
  });

  it('does not grow by an up that changes nothing', async () => {
    await project.ok('up');
    expect((await history()).generations).toHaveLength(1);
  });

  it('has what a change has changed', async () => {
    await writeFile(join(project.folder, 'moods.csv'), sampleCsv(300));
    await project.ok('train', '--data', 'moods.csv', '--out', 'model');
    await project.ok('up');
    expect(await labels()).toEqual(MOODS);
    expect(await newest()).toMatchObject({ number: 2, cause: 'fortress up', changes: ['model of v1', 'model of v2'] });
    expect((await project.ok('history')).stdout).toMatch(/^\* +2 .*fortress up +model of v1, model of v2$/m);
  });
});

describe('rollback', () => {
  it('brings the model back that ran before, though its file is gone, and no client notices', async () => {
    const { certificate } = await project.predict();
    const stdout = await unnoticed('rollback');
    expect(stdout).toContain('generation 3: generation 1 again');
    expect(stdout).toContain('the next `fortress up` follows them again');
    expect((await labels()).length).toBeGreaterThan(MOODS.length);
    expect((await project.predict()).certificate?.fingerprint).toBe(certificate?.fingerprint);
    expect(await newest()).toMatchObject({ number: 3, cause: 'fortress rollback --to 1', current: true });
    const predicted = await project.fortress('predict', 'I love this so much');
    expect(predicted).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('generation 3') as string });
    expect(await project.fortress('plan', '--exit-code'), 'the files say otherwise').toMatchObject({ exitCode: 2 });
  });

  it('--to goes to any generation, also when the configuration cannot be read', async () => {
    await writeFile(join(project.folder, 'fortress.config.ts'), 'export default {');
    await unnoticed('rollback', '--to', '2');
    await project.configure(config);
    expect(await labels()).toEqual(MOODS);
    expect(await project.fortress('plan', '--exit-code'), 'as the files say').toMatchObject({ exitCode: 0 });
  });

  it('a generation that there is not is refused with those that there are', async () => {
    const { exitCode, stderr } = await project.fortress('rollback', '--to', '99');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/no generation 99\n→ there are: 1 .*, 2 .*, 3 .*, 4 /);
    expect((await history()).generations).toHaveLength(4);
  });
});

it('a generation whose image is gone is refused before anything is touched', async () => {
  const path = join(project.folder, '.fortress/generations/1.json');
  const before = await project.file('.fortress/generations/1.json');
  await writeFile(path, before.replace(/"fortress\/api:\w+"/, '"fortress/api:gone"'));
  const state = await engineState(project.name);
  const { exitCode, stderr } = await project.fortress('rollback', '--to', '1');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('fortress/api:gone is not in the engine any more; nothing was changed');
  expect(await engineState(project.name)).toEqual(state);
  await writeFile(path, before);
});

describe('scale', () => {
  it('3 → 5 → 2 without a failed request', async () => {
    expect(await replicasThatAnswer()).toBe(3);
    expect(await unnoticed('scale', 'api-v1=5')).toContain('apis: { v1: { replicas: 5 } }');
    expect(await replicasThatAnswer()).toBe(5);
    await unnoticed('scale', 'api-v1=2');
    expect(await replicasThatAnswer()).toBe(2);
    expect(await newest()).toMatchObject({ cause: 'fortress scale api-v1=2', changes: ['apis.v1.replicas 5 → 2'] });
  });

  it('is what verify then asks for, and it says so', async () => {
    const { exitCode, stdout, stderr } = await project.fortress('verify', '--only', 'lb.replicas,ab.default');
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stderr).toMatch(/going by generation \d+ \(fortress scale api-v1=2\)/);
  });

  it.each([['gateway=2'], ['api-v9=2'], ['api-v1=0'], ['api-v1=21'], ['api-v1']])('%s is refused', async (wish) => {
    expect(await project.fortress('scale', wish)).toMatchObject({ exitCode: 2 });
  });

  it('holds until the next up, which follows the configuration', async () => {
    await unnoticed('up');
    expect(await replicasThatAnswer()).toBe(3);
  });
});

const idsOf = async (service: string): Promise<string[]> =>
  (await engineState(project.name)).containers
    .filter(({ name }) => name.startsWith(`${project.name}-${service}-`))
    .map(({ id }) => id);

describe('restart', () => {
  it('of an API: all replicas are new, and no client notices', async () => {
    const before = await idsOf('api-v1');
    const others = [...(await idsOf('api-v2')), ...(await idsOf('gateway'))];
    const { number } = (await newest()) ?? {};
    await unnoticed('restart', 'api-v1');
    const after = await idsOf('api-v1');
    expect(after).toHaveLength(3);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    expect([...(await idsOf('api-v2')), ...(await idsOf('gateway'))]).toEqual(others);
    expect(await newest(), 'the same inputs are the same generation').toMatchObject({ number });
  });

  it('of the gateway: a new one serves', async () => {
    const [before] = await idsOf('gateway');
    await project.ok('restart', 'gateway');
    expect(await idsOf('gateway')).not.toContain(before);
    expect((await project.predict()).status).toBe(200);
  });

  it('of what there is not is refused', async () => {
    const { exitCode, stderr } = await project.fortress('restart', 'api-v9');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there are: api-v1, api-v2, gateway');
  });
});

describe('exec', () => {
  it('gives the output and the exit code of the command, whose flags are its own', async () => {
    const script = 'echo out; echo problem >&2; exit 7';
    expect(await project.fortress('exec', 'gateway', 'sh', '-c', script)).toMatchObject({
      exitCode: 7,
      stdout: 'out\n',
      stderr: 'problem\n',
    });
    expect(await project.fortress('exec', 'api-v1', '--', 'node', '--version')).toMatchObject({ exitCode: 0 });
  });

  it('--json is one document', async () => {
    const { stdout } = await project.fortress('exec', '--json', 'api-v2', 'node', '-p', 'process.env.API_VERSION');
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0, stdout: 'v2\n', stderr: '' });
  });

  it('an unknown service or container is refused with those that there are', async () => {
    const service = await project.fortress('exec', 'nginx', 'ls');
    expect(service).toMatchObject({ exitCode: 2 });
    expect(service.stderr).toContain('there are: api-v1, api-v2, gateway');
    const container = await project.fortress('exec', '--index', '99', 'gateway', 'ls');
    expect(container).toMatchObject({ exitCode: 2 });
    expect(container.stderr).toMatch(/there are: \d+ \(.*-gateway-\d+\)/);
  });
});

it('what is down cannot be scaled or restarted, but gone back to', async () => {
  await project.ok('down');
  expect(await history()).toMatchObject({ up: false });
  for (const args of [['scale', 'api-v1=2'], ['restart']]) {
    const { exitCode, stderr } = await project.fortress(...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('is not up');
  }
  await project.ok('rollback');
  expect((await project.predict()).status).toBe(200);
});

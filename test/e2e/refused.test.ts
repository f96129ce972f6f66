import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import type { Outcome } from '../support/cli.js';
import { engineState, type EngineState } from '../support/engine.js';
import { recordEvents } from '../support/events.js';
import { ask } from '../support/http.js';
import { whileTaken } from '../support/ports.js';
import { useProject, type Project } from '../support/project.js';

// A running stack, and changes to it that cannot be made. Whatever is wrong: the old stack serves on.
const project = useProject();
const neighbour = useProject();
const good: FortressConfig = { apis: { v1: { replicas: 1 }, v2: { debug: true } } };
let before: EngineState;

beforeAll(async () => {
  await project.configure(good);
  await project.ok('up');
  before = await engineState(project.name);
});
beforeEach(() => project.configure(good));

/** Tries a change and gives what came of it, and what happened to containers meanwhile. */
async function attempt(config: FortressConfig): Promise<Outcome & { events: string[] }> {
  await project.configure({ ...good, ...config });
  const { result, events } = await recordEvents(project.name, () => project.fortress('up'));
  return { ...result, events };
}

/** Not a container was restarted, and clients are served as before. */
async function expectUntouched(): Promise<void> {
  expect(await engineState(project.name)).toEqual(before);
  const { status, headers } = await project.predict();
  expect(status).toBe(200);
  expect(headers['x-broken']).toBeUndefined();
}

/** A model that fits by all that can be read of it, with an operator that no runtime knows. */
async function writeGarbage({ folder, file }: Project): Promise<void> {
  const content = Buffer.from(await readFile(join(folder, 'model/model.onnx')));
  content.write('NotMul', content.indexOf('MatMul'));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const metadata = JSON.parse(await file('model/model.json')) as { model: object };
  const model = { ...metadata.model, bytes: content.length, sha256 };
  await mkdir(join(folder, 'garbage'), { recursive: true });
  await writeFile(join(folder, 'garbage/model.onnx'), content);
  await writeFile(join(folder, 'garbage/model.json'), JSON.stringify({ ...metadata, model }));
}

const attemptModel = (): Promise<Outcome & { events: string[] }> =>
  attempt({ apis: { v1: { replicas: 1, model: 'other/model.onnx' }, v2: { debug: true } } });

async function writeTemplate(change: (text: string) => string): Promise<void> {
  const folder = join(project.folder, 'broken/nginx');
  await mkdir(folder, { recursive: true });
  const original = await readFile(join(inject('packageFolder'), 'templates/nginx/nginx.conf.eta'), 'utf8');
  await writeFile(join(folder, 'nginx.conf.eta'), change(original));
}

describe('a port that is taken', () => {
  it('by a process: the port and the process are named', async () => {
    await whileTaken(async (port) => {
      const { exitCode, stderr, events } = await attempt({ gateway: { httpPort: port } });
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`port ${port} is taken by`);
      expect(stderr).toContain(`(pid ${process.pid})`);
      expect(events).toEqual([]);
    });
    await expectUntouched();
  });

  it("by another project's container: container and project are named, and nothing is made", async () => {
    await neighbour.configure({ ...good, gateway: { httpPort: project.ports.http } });
    const { exitCode, stderr } = await neighbour.fortress('up');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `port ${project.ports.http} is taken by container ${project.name}-gateway-1 of project ${project.name}`,
    );
    expect((await engineState(neighbour.name)).containers).toEqual([]);
    await expectUntouched();
  });
});

describe('a template', () => {
  it('that cannot be rendered', async () => {
    await writeTemplate((text) => text.replace('it.bodyLimit', 'it.bodyLimt'));
    const { exitCode, stderr, events } = await attempt({ templates: 'broken' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('broken/nginx/nginx.conf.eta');
    expect(events).toEqual([]);
    await expectUntouched();
  });

  it('whose result nginx refuses: its own words, and the old configuration stays', async () => {
    await writeTemplate((text) =>
      text.replace('add_header X-Request-Id', 'add_heder X-Broken yes;\nadd_header X-Request-Id'),
    );
    const { exitCode, stderr, events } = await attempt({ templates: 'broken' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('unknown directive "add_heder"');
    expect(stderr).toContain('it goes on with the old ones');
    expect(events).toEqual([]);
    await expectUntouched();
  });

  it('with which a new gateway dies: its last log lines, and the old gateway comes back', async () => {
    await writeTemplate((text) =>
      text.replace('add_header X-Request-Id', 'add_heder X-Broken yes;\nadd_header X-Request-Id'),
    );
    const { exitCode, stderr } = await attempt({
      templates: 'broken',
      gateway: { hosts: ['localhost'], bind: '127.0.0.2' },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('its last log lines');
    expect(stderr).toContain('unknown directive "add_heder"');
    const { status } = await project.predict();
    expect(status).toBe(200);
    await rm(join(project.folder, 'broken'), { recursive: true });
    await project.configure(good);
    await project.ok('up');
    // The one thing that is not as before: the old gateway was started once more.
    const after = await engineState(project.name);
    expect(after.containers.map(({ name, id }) => ({ name, id }))).toEqual(
      before.containers.map(({ name, id }) => ({ name, id })),
    );
    before = after;
    await expectUntouched();
  });
});

describe('containers and images', () => {
  it('replicas that do not get ready: their last words, and the old ones stay', async () => {
    await writeGarbage(project);
    const { exitCode, stderr, events } = await attempt({
      apis: { v1: { replicas: 1, model: 'garbage/model.onnx' }, v2: { debug: true } },
    });
    const replica = `${project.name}-api-v1-2`;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`${replica} ended (\\(exit code 1\\)|and was started again) before it was ready`),
    );
    expect(stderr).toMatch(/its last log lines:\n.*model\.onnx/);
    expect(events.filter((event) => event.startsWith('create'))).toEqual([`create ${replica}`]);
    expect(events, 'it is kept, for its log').not.toContain(`remove ${replica}`);
    expect((await project.predict()).status).toBe(200);
    expect((await project.ok('logs', 'api-v1')).stdout).toContain('model.onnx');
    await project.configure(good);
    await project.ok('up');
    await expectUntouched();
  });

  it('a first up that fails: its containers can be looked at, and the next up clears them away', async () => {
    await writeGarbage(neighbour);
    await neighbour.configure({ apis: { v1: { replicas: 1, model: 'garbage/model.onnx' }, v2: { debug: true } } });
    expect(await neighbour.fortress('up')).toMatchObject({ exitCode: 1 });
    expect(await neighbour.fortress('status')).toMatchObject({ exitCode: 1 });
    expect((await neighbour.ok('logs', 'api-v1')).stdout).toContain('model.onnx');

    await neighbour.configure(good);
    await neighbour.ok('up');
    const { containers, networks, fileVolumes } = await engineState(neighbour.name);
    expect(containers.map(({ running }) => running)).toEqual([true, true, true]);
    expect(networks).toHaveLength(2);
    expect(fileVolumes).toHaveLength(3);
    expect((await neighbour.predict()).status).toBe(200);
  });

  it('an image that cannot be had', async () => {
    const nowhere = 'localhost:1/nowhere/nothing:0';
    const { exitCode, stderr, events } = await attempt({
      images: { source: 'registry', references: { nginx: nowhere, node: nowhere } },
    });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`${nowhere} could not be pulled`);
    expect(stderr).toContain('build from Debian packages');
    expect(events).toEqual([]);
    await expectUntouched();
  });
});

describe('a model', () => {
  it('that is not there', async () => {
    const { exitCode, stderr, events } = await attemptModel();
    expect(exitCode).toBe(2);
    expect(stderr).toContain(join(project.folder, 'other/model.onnx'));
    expect(stderr).toContain('ENOENT');
    expect(stderr).toContain('fortress train');
    expect(events).toEqual([]);
    await expectUntouched();
  });

  it('that was damaged', async () => {
    const model = await readFile(join(project.folder, 'model/model.onnx'));
    await mkdir(join(project.folder, 'other'));
    await writeFile(join(project.folder, 'other/model.onnx'), model.subarray(0, 1000));
    await writeFile(join(project.folder, 'other/model.json'), await project.file('model/model.json'));
    const { exitCode, stderr, events } = await attemptModel();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('other/model.onnx is not an ONNX model, or a damaged one');
    expect(events).toEqual([]);
    await expectUntouched();
  });

  it('that is another one than its metadata says', async () => {
    await writeGarbage(project);
    await copyFile(join(project.folder, 'garbage/model.onnx'), join(project.folder, 'other/model.onnx'));
    const { exitCode, stderr, events } = await attemptModel();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is not the model that');
    expect(events).toEqual([]);
    await expectUntouched();
  });

  it('whose inputs do not fit', async () => {
    const model = await readFile(join(project.folder, 'model/model.onnx'));
    const renamed = Buffer.from(model.toString('latin1').replaceAll('indices', 'indexes'), 'latin1');
    await writeFile(join(project.folder, 'other/model.onnx'), renamed);
    const { exitCode, stderr, events } = await attemptModel();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('indexes');
    expect(stderr).toMatch(/indices/);
    expect(events).toEqual([]);
    await expectUntouched();
  });

  it('without its metadata', async () => {
    await copyFile(join(project.folder, 'model/model.onnx'), join(project.folder, 'other/model.onnx'));
    await rm(join(project.folder, 'other/model.json'));
    const { exitCode, stderr } = await attemptModel();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('other/model.json');
    await expectUntouched();
  });
});

describe('in the end', () => {
  it('the good configuration still has nothing to do', async () => {
    const { exitCode } = await project.fortress('plan', '--exit-code');
    expect(exitCode).toBe(0);
    const answer = await ask({ protocol: 'http', port: project.ports.http, path: '/' });
    expect(answer.status).toBe(308);
  });
});

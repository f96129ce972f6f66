import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { recordGeneration } from '../../../src/generations/record.js';
import { listGenerations } from '../../../src/generations/store.js';
import { VERSION } from '../../../src/version.js';
import { catalog, prepared, testProject, up, type TestProject } from './fixture.js';

let project: TestProject;
let folder: string;
beforeEach(async () => {
  project = await testProject();
  folder = join(project.stateDir, 'generations');
});

const numbers = async (): Promise<number[]> => (await listGenerations(project.stateDir)).map(({ number }) => number);
const blobs = (): Promise<string[]> => readdir(join(folder, 'blobs'));
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('a project without any has none', async () => {
  expect(await listGenerations(project.stateDir)).toEqual([]);
});

test('the first one holds what the stack was made from', async () => {
  expect(await up(project)).toBe(1);
  expect(await listGenerations(project.stateDir)).toMatchObject([
    {
      number: 1,
      cause: 'fortress up',
      summary: 'nothing to do',
      fortress: VERSION,
      config: { project: 'shop', gateway: { httpsPort: 443 } },
      templates: { 'nginx/nginx.conf.eta': 'template 1' },
      images: {
        source: 'debian',
        nodeBase: 'example/node:1',
        references: { nginx: { reference: 'example/nginx:1' }, grafana: { missing: 'no package' } },
      },
    },
  ]);
  const [blob = ''] = await blobs();
  expect(await readFile(join(folder, 'blobs', blob), 'utf8')).toBe('model 1');
});

test('only its owner may read it, whatever the umask: it may hold passwords', async () => {
  await chmod(project.model, 0o644);
  await up(project, { config: { gateway: { users: [{ name: 'ana', password: 'secret' }] } } });
  const [blob = ''] = await blobs();
  expect(await modeOf(folder)).toBe('700');
  expect(await modeOf(join(folder, 'blobs'))).toBe('700');
  expect(await modeOf(join(folder, '1.json'))).toBe('600');
  expect(await modeOf(join(folder, 'blobs', blob))).toBe('600');
});

describe('another generation', () => {
  test('is not made when nothing changed', async () => {
    await up(project);
    const before = await readFile(join(folder, '1.json'), 'utf8');
    expect(await up(project, { cause: 'fortress restart' })).toBe(1);
    expect(await readFile(join(folder, '1.json'), 'utf8')).toBe(before);
  });

  test.each([
    ['the configuration', { config: { gateway: { httpsPort: 8443 } } }],
    ['a model', { content: 'model 2' }],
    ['a template', { templates: { 'nginx/nginx.conf.eta': 'template 2' } }],
    ['an image', { images: catalog('2') }],
  ])('is made when %s changed', async (_, change) => {
    await up(project);
    expect(await up(project, change)).toBe(2);
    expect(await up(project), 'and once more when it changes back').toBe(3);
  });

  test('is not made when only hooks changed: they are not of the stack', async () => {
    await up(project);
    expect(await up(project, { config: { hooks: { beforeUp: 'echo hello', afterUp: () => undefined } } })).toBe(1);
    await up(project, { content: 'model 2', config: { hooks: { beforeUp: 'echo hello' } } });
    expect((await listGenerations(project.stateDir)).at(-1)?.config.hooks).toMatchObject({ beforeUp: null });
  });

  test('the five last ones are kept, with the files that they need and no others', async () => {
    for (let round = 1; round <= 7; round += 1) await up(project, { content: `model ${round}` });
    expect(await numbers()).toEqual([3, 4, 5, 6, 7]);
    expect(await blobs()).toHaveLength(5);
    await up(project, { content: 'model 7', config: { gateway: { httpsPort: 8443 } } });
    expect(await blobs(), 'two of them share a model').toHaveLength(4);
  });
});

test("the person's file may change: the copy does not", async () => {
  await up(project);
  await writeFile(project.model, 'model 2');
  const [blob = ''] = await blobs();
  expect(await readFile(join(folder, 'blobs', blob), 'utf8')).toBe('model 1');
});

test('a model that changed while the stack was brought to it is not taken for what it was', async () => {
  await up(project);
  await writeFile(project.model, 'model 3');
  await expect(
    recordGeneration(project.config, prepared(project.model, 'model 2'), { cause: 'fortress up' }),
  ).rejects.toMatchObject({ code: 'MODEL_CHANGED', exitCode: 1 });
  expect(await numbers()).toEqual([1]);
  expect(await blobs(), 'nothing is left of it').toHaveLength(1);
});

test('what cannot be written is no bug: the error says that the stack is up', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'blobs'), 'a file where the folder should be');
  await expect(up(project)).rejects.toMatchObject({
    code: 'GENERATION_NOT_KEPT',
    exitCode: 1,
    hint: expect.stringContaining(project.stateDir) as string,
  });
});

describe('after a run that was killed', () => {
  beforeEach(async () => {
    await up(project);
    await writeFile(join(folder, '2.json.0b7a.tmp'), '{"format":1,"number":2');
    await writeFile(join(folder, 'blobs', 'f'.repeat(64)), 'a model that no generation names yet');
    await writeFile(join(folder, 'blobs', `${'e'.repeat(64)}.0b7a.tmp`), 'half a mod');
  });

  test('the old list is whole', async () => {
    expect(await numbers()).toEqual([1]);
  });

  test.each([
    ['that changes something', { content: 'model 2' }, ['1.json', '2.json', 'blobs'], 2],
    ['that changes nothing', {}, ['1.json', 'blobs'], 1],
  ])('the next one %s tidies up', async (_, change, files, kept) => {
    await up(project, change);
    expect((await readdir(folder)).toSorted()).toEqual(files);
    expect(await blobs()).toHaveLength(kept);
  });

  test('a generation that is damaged, or of another version, is not listed and not written over', async () => {
    await writeFile(join(folder, '7.json'), '{"format":1');
    await writeFile(join(folder, '8.json'), '{"format":99,"number":8}');
    expect(await numbers()).toEqual([1]);
    expect(await up(project, { content: 'model 2' })).toBe(9);
    for (let round = 3; round <= 6; round += 1) await up(project, { content: `model ${round}` });
    expect(await numbers()).toEqual([9, 10, 11, 12, 13]);
    expect(await readdir(folder), 'and goes in its turn').not.toContain('8.json');
  });
});

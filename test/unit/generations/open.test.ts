import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  openCurrent,
  openDeparture,
  openGeneration,
  openRollback,
  type OpenedGeneration,
} from '../../../src/generations/open.js';
import { testProject, up, type TestProject } from './fixture.js';

let project: TestProject;
beforeEach(async () => {
  project = await testProject();
});

const modelOf = ({ models }: OpenedGeneration): Promise<string> =>
  readFile(Object.values(models)[0]?.['model.onnx']?.source ?? '', 'utf8');

describe('with three generations', () => {
  beforeEach(async () => {
    await up(project, { content: 'model 1', config: { gateway: { tls: { days: 10 } } } });
    await up(project, { content: 'model 2', config: { gateway: { users: [{ name: 'ana', password: 'secret' }] } } });
    await up(project, { content: 'model 3', config: { gateway: { tls: { days: 90, caFile: 'ca.crt' } } } });
  });

  test('each one has its own model, whatever the file is now', async () => {
    await rm(project.model);
    expect(await modelOf(await openGeneration(project.stateDir, 1))).toBe('model 1');
    expect(await modelOf(await openGeneration(project.stateDir, 2))).toBe('model 2');
    expect(await modelOf(await openCurrent(project.stateDir))).toBe('model 3');
  });

  test('and its own users, images and templates', async () => {
    const { config, images, templates } = await openGeneration(project.stateDir, 2);
    expect(config.gateway.users).toEqual([{ name: 'ana', password: 'secret' }]);
    expect(images.references.nginx).toMatchObject({ reference: 'example/nginx:1' });
    expect(templates).toEqual({ 'nginx/nginx.conf.eta': 'template 1' });
  });

  test('one that is not kept is refused, with the list', async () => {
    await expect(openGeneration(project.stateDir, 9)).rejects.toMatchObject({
      exitCode: 2,
      message: 'there is no generation 9',
      hint: expect.stringMatching(/^there are: 1 \(20.*, fortress up\), 2 .*, 3 /) as string,
    });
  });

  test('a rollback without a number is to the one before', async () => {
    expect(await openRollback(project.stateDir, null)).toMatchObject({ number: 2 });
    expect(await openRollback(project.stateDir, 1)).toMatchObject({ number: 1 });
    await expect(openRollback(project.stateDir, 4)).rejects.toMatchObject({ exitCode: 2 });
  });

  test('what a rollback does not bring back is certificates', async () => {
    const { config } = await openRollback(project.stateDir, 1);
    expect(config.gateway.tls).toMatchObject({ days: 90, caFile: join(project.root, 'ca.crt') });
  });

  test.each([
    ['is gone', (path: string) => rm(path)],
    ['was changed', (path: string) => writeFile(path, 'model 4')],
  ])('a file of it that %s is noticed before anything is done', async (_, damage) => {
    const { models } = await openGeneration(project.stateDir, 1);
    await damage(models[project.model]?.['model.onnx']?.source ?? '');
    await expect(openRollback(project.stateDir, 1)).rejects.toMatchObject({ code: 'GENERATION_DAMAGED', exitCode: 1 });
    expect(await openRollback(project.stateDir, null)).toMatchObject({ number: 2 });
  });

  test('a project that was moved has them too', async () => {
    const moved = `${project.root}-moved`;
    await rename(project.root, moved);
    try {
      const opened = await openRollback(join(moved, '.fortress'), null);
      expect(opened.config).toMatchObject({ root: moved, stateDir: join(moved, '.fortress') });
      expect(opened.config.gateway.tls.caFile).toBe(join(moved, 'ca.crt'));
      expect(await modelOf(opened)).toBe('model 2');
    } finally {
      await rename(moved, project.root);
    }
  });
});

describe('a departure from the configuration file', () => {
  test('is what a rollback or a scaling brought', async () => {
    await up(project);
    await up(project, { content: 'model 2', cause: 'fortress rollback --to 1' });
    const departure = await openDeparture(project.stateDir);
    expect(departure).toMatchObject({ number: 2, cause: 'fortress rollback --to 1' });
    expect(departure && (await modelOf(departure))).toBe('model 2');
  });

  test('is none before it, or after the next up', async () => {
    expect(await openDeparture(project.stateDir)).toBeNull();
    await up(project);
    expect(await openDeparture(project.stateDir)).toBeNull();
    await up(project, { content: 'model 2', cause: 'fortress scale api-v1=5' });
    await up(project, { content: 'model 3' });
    expect(await openDeparture(project.stateDir)).toBeNull();
    await up(project, { content: 'model 1', cause: 'fortress rollback --to 1' });
    await up(project, { content: 'model 1' });
    expect(await openDeparture(project.stateDir), 'an up to the same as what it was rolled back to').toBeNull();
  });
});

test('without any there is nothing to go back to', async () => {
  await expect(openRollback(project.stateDir, null)).rejects.toMatchObject({ exitCode: 2 });
  await expect(openGeneration(project.stateDir, 1)).rejects.toMatchObject({ exitCode: 2 });
  await expect(openCurrent(project.stateDir)).rejects.toMatchObject({ code: 'NO_GENERATION', exitCode: 1 });
});

test('the first one has none before it', async () => {
  await up(project);
  await expect(openRollback(project.stateDir, null)).rejects.toMatchObject({
    exitCode: 2,
    message: 'there is no generation before the one that runs',
  });
});

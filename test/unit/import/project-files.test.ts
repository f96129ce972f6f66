import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readProjectFiles } from '../../../src/import/project-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-read-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('links are followed inside of the folder and nowhere else', async () => {
  const project = join(folder, 'project');
  await mkdir(join(project, 'conf'), { recursive: true });
  await mkdir(join(project, 'node_modules'));
  await writeFile(join(folder, 'outside.conf'), 'secret');
  await writeFile(join(project, 'conf/a.conf'), 'a');
  await writeFile(join(project, 'model.joblib'), 'never read');
  await writeFile(join(project, 'node_modules/b.conf'), 'b');
  await symlink('../outside.conf', join(project, 'out.conf'));
  await symlink('conf/a.conf', join(project, 'in.conf'));
  await symlink('..', join(project, 'up'));
  const { names, texts } = await readProjectFiles(project);
  expect(names).toEqual(['conf/a.conf', 'in.conf', 'model.joblib', 'out.conf', 'up']);
  expect([...texts]).toEqual([
    ['conf/a.conf', 'a'],
    ['in.conf', 'a'],
  ]);
});

test.each(['missing', 'file'])('a %s is refused', async (name) => {
  await writeFile(join(folder, 'file'), '');
  await expect(readProjectFiles(join(folder, name))).rejects.toThrow(expect.objectContaining({ exitCode: 2 }));
});

test('a folder that is deeper than any project is refused', async () => {
  await mkdir(join(folder, ...Array.from({ length: 40 }, () => 'd')), { recursive: true });
  await expect(readProjectFiles(folder)).rejects.toThrow(/larger than any project/);
});

import { lstat, mkdtemp, readdir, readFile, rm, mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../../src/cli/commands/init.js';
import { ExitCode } from '../../../../src/errors.js';
import { PROJECT } from '../../import/project.js';
import { captureOutput } from '../captured-output.js';

const output = captureOutput();
const { signal } = new AbortController();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-init-'));
  for (const [name, text] of Object.entries({ ...PROJECT, '.gitignore': 'mine\n' })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('--from writes the configuration beside the files of the project, and tells what it left', async () => {
  expect(await run({ args: [], options: { from: folder }, signal })).toBe(ExitCode.ok);
  expect(await readFile(join(folder, 'fortress.config.ts'), 'utf8')).toContain("preset: 'exam'");
  expect(await readdir(folder)).not.toContain('model');
  expect(output.stdout).toMatch(/gateway\.rateLimit +deployments\/nginx\/nginx\.conf:3/);
  expect(output.stdout).toContain('Not carried over, or done otherwise (1)\n  - the certificate');
});

test('--force overwrites the configuration, but no file of the project', async () => {
  await writeFile(join(folder, 'fortress.config.ts'), 'old');
  await run({ args: [], options: { from: folder, json: true, force: true }, signal });
  const { files, carried, left, preset } = JSON.parse(output.stdout);
  expect(preset).toBe('exam');
  expect(files.slice(0, 2)).toEqual([
    { path: 'fortress.config.ts', action: 'overwritten' },
    { path: '.gitignore', action: 'kept' },
  ]);
  expect([carried.length > 10, left.length]).toEqual([true, 1]);
});

test('--preset and --from exclude one another', async () => {
  const options = { from: folder, preset: 'exam' };
  await expect(run({ args: [], options, signal })).rejects.toMatchObject({ exitCode: ExitCode.usage });
});

test('a preset is one of those that there are', async () => {
  const options = { preset: 'toString' };
  await expect(run({ args: [folder], options, signal })).rejects.toMatchObject({ exitCode: ExitCode.usage });
});

test('what a link of the project leads to is never written', async () => {
  const outside = join(folder, 'outside');
  const project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'compose.yaml'), 'services: { a: { image: redis } }');
  await symlink(outside, join(project, 'fortress.config.ts'));
  await symlink(outside, join(project, 'tsconfig.json'));
  await run({ args: [], options: { from: project, json: true }, signal });
  expect(JSON.parse(output.stdout).files).toContainEqual({ path: 'fortress.config.ts', action: 'kept' });
  await run({ args: [], options: { from: project, force: true }, signal });
  expect((await lstat(join(project, 'fortress.config.ts'))).isFile()).toBe(true);
  await expect(lstat(outside)).rejects.toThrow('ENOENT');
});

test.each(['.fortress', '.fortress/.gitignore', 'model'])(
  'a link %s is refused, and nothing is written',
  async (name) => {
    const project = join(folder, 'project');
    await mkdir(dirname(join(project, name)), { recursive: true });
    await symlink(join(folder, 'outside'), join(project, name));
    await expect(run({ args: [project], options: {}, signal })).rejects.toMatchObject({
      exitCode: ExitCode.usage,
      message: expect.stringContaining(`${name}: found a symbolic link`),
    });
    await expect(lstat(join(project, 'fortress.config.ts'))).rejects.toThrow('ENOENT');
    await expect(lstat(join(folder, 'outside'))).rejects.toThrow('ENOENT');
  },
);

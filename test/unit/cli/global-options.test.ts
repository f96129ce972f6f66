import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { fortress } from './built-cli.js';

let here: string;
let there: string;
beforeAll(async () => {
  [here, there] = (await Promise.all(
    ['here', 'there'].map(async (project) => {
      const folder = await mkdtemp(join(tmpdir(), 'fortress-options-'));
      await writeFile(join(folder, 'fortress.config.ts'), `export default { project: '${project}' };`);
      return folder;
    }),
  )) as [string, string];
});
afterAll(() => Promise.all([here, there].map((folder) => rm(folder, { recursive: true }))));

test.each([
  ['behind the command', () => ['config', '-c', there, '--json']],
  ['before it', () => ['-c', there, '--json', 'config']],
  ['one here, one there', () => [`--config=${there}`, 'config', '--json']],
  ['the last of two counts', () => ['-c', here, '--json', 'config', '-c', there]],
])('--config and --json: %s', async (_, args) => {
  const { exitCode, stdout, stderr } = await fortress(args(), here);
  expect({ exitCode, stderr }).toEqual({ exitCode: ExitCode.ok, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ project: 'there' });
});

test('what stands behind the first argument of exec is not for fortress', async () => {
  const { stderr } = await fortress(['-c', there, 'exec', 'gateway', 'sh', '-c', '/nowhere'], here);
  expect(stderr).toContain('no Docker Engine answers');
});

test('an error before any command is found is one document, too', async () => {
  const { exitCode, stdout } = await fortress(['--json', '-c', there], here);
  expect(exitCode).toBe(ExitCode.usage);
  expect(JSON.parse(stdout)).toMatchObject({ error: { message: 'no command was given' } });
});

import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { ExitCode } from '../../../src/errors.js';

let folder: string;
beforeEach(async () => {
  folder = join(await realpath(await mkdtemp(join(tmpdir(), 'fortress-load-'))), 'shop');
  await mkdir(folder);
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

test('runs TypeScript that imports fortress, which need not be installed there', async () => {
  await write(
    'fortress.config.ts',
    `import { defineConfig, type FortressConfig } from 'fortress';
     const replicas: number = 5;
     export default defineConfig({ apis: { v1: { replicas } } } satisfies FortressConfig);`,
  );
  const config = await loadConfig(folder);
  expect(config).toMatchObject({ project: 'shop', root: folder, apis: [{ name: 'v1', replicas: 5 }] });
});

test('takes a file of another name, and imports beside it', async () => {
  await write('replicas.ts', 'export const replicas = 2;');
  await write('staging.ts', `import { replicas } from './replicas.js'; export default { apis: { v1: { replicas } } };`);
  expect((await loadConfig(join(folder, 'staging.ts'))).apis).toMatchObject([{ replicas: 2 }]);
});

test('takes plain JavaScript', async () => {
  await write('fortress.config.mjs', 'export default { project: "plain" };');
  expect((await loadConfig(folder)).project).toBe('plain');
});

test('the project is named after the real folder, also through a link', async () => {
  await write('fortress.config.ts', 'export default {};');
  const link = join(folder, '..', 'link');
  await symlink(folder, link);
  expect(await loadConfig(link)).toMatchObject({ project: 'shop', root: folder });
});

test('leaves nothing behind where there is no state folder', async () => {
  await write('fortress.config.ts', 'export default {};');
  await loadConfig(folder);
  expect(await readdir(folder)).toEqual(['fortress.config.ts']);
});

describe('with a state folder', () => {
  let translations: string;
  beforeEach(async () => {
    await mkdir(join(folder, '.fortress'));
    translations = join(folder, '.fortress', 'translations');
  });

  test('the translation is kept there and used', async () => {
    await write('fortress.config.ts', 'export default { project: "one" };');
    await loadConfig(folder);
    const [name = ''] = await readdir(translations);
    const kept = join(translations, name);
    await writeFile(kept, (await readFile(kept, 'utf8')).replace('one', 'kept'));
    expect((await loadConfig(folder)).project).toBe('kept');
  });

  test('a file that has changed is read again, also one that is imported', async () => {
    await write('name.ts', 'export const project: string = "one";');
    await write('fortress.config.ts', 'import { project } from "./name.js"; export default { project };');
    expect((await loadConfig(folder)).project).toBe('one');
    await write('name.ts', 'export const project: string = "two";');
    expect((await loadConfig(folder)).project).toBe('two');
  });

  test('half a translation, of a process that was killed, is not used', async () => {
    await write('fortress.config.ts', 'export default { project: "one" };');
    await loadConfig(folder);
    const [name = ''] = await readdir(translations);
    await truncate(join(translations, name), 10);
    expect((await loadConfig(folder)).project).toBe('one');
  });

  test('a folder that cannot be made is done without', async () => {
    await writeFile(translations, 'a file is in the way');
    await write('fortress.config.ts', 'export default { project: "one" };');
    expect((await loadConfig(folder)).project).toBe('one');
  });
});

describe('says what is wrong, with exit code 2', () => {
  const refusal = { exitCode: ExitCode.usage };

  test('no configuration', async () => {
    await expect(loadConfig(folder)).rejects.toMatchObject({
      ...refusal,
      message: `no fortress.config.ts in ${folder}`,
      hint: expect.stringContaining('fortress init') as string,
    });
  });

  test('no such folder', async () => {
    await expect(loadConfig(join(folder, 'nowhere'))).rejects.toMatchObject({
      ...refusal,
      message: `${join(folder, 'nowhere')} does not exist`,
    });
  });

  test('a syntax error, with its line', async () => {
    await write('fortress.config.ts', 'export default {\n  project: ,\n};');
    await expect(loadConfig(folder)).rejects.toMatchObject({
      ...refusal,
      message: `${join(folder, 'fortress.config.ts')} could not be read`,
      why: expect.stringMatching(/\(?2:\d+\)?/) as string,
    });
  });

  test('an error of the file itself, in its own words', async () => {
    await write('fortress.config.ts', 'throw new Error("no TOKEN in the environment");');
    await expect(loadConfig(folder)).rejects.toMatchObject({
      ...refusal,
      why: expect.stringMatching(/^no TOKEN in the environment\n.*fortress\.config\.ts:1/) as string,
    });
  });

  test('what the file prints does not end up in our output', async () => {
    const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await write('fortress.config.ts', 'console.log("hello"); export default {};');
    await loadConfig(folder);
    expect(output).not.toHaveBeenCalled();
    output.mockRestore();
  });

  test('no default export', async () => {
    await write('fortress.config.ts', 'export const config = {};');
    await expect(loadConfig(folder)).rejects.toMatchObject({
      ...refusal,
      message: `${join(folder, 'fortress.config.ts')} exports no configuration`,
      hint: 'write `export default defineConfig({ … })`',
    });
  });

  test('a wrong value, by the name of the file', async () => {
    await write('fortress.config.ts', 'export default { gateway: { httpPort: "80" } };');
    await expect(loadConfig(folder)).rejects.toMatchObject({
      ...refusal,
      message: 'fortress.config.ts has a problem',
      why: '  gateway.httpPort: found "80"; expected a value of type number',
    });
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { createRenderer } from '../../../src/render/template.js';
import { renderService, textOf } from './fixture.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fortress-templates-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<string> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
  return join(folder, path);
}

test("the project's own template replaces the one of the same path; the others stay", async () => {
  await write('nginx/nginx.conf.eta', '# mine, for <%= it.project %>');
  expect(textOf(renderService({}, 'gateway', undefined, folder), 'nginx.conf')).toBe('# mine, for shop');
  expect(renderService({}, 'prometheus', undefined, folder)).toEqual(renderService({}, 'prometheus'));
});

test.each([
  ['a misspelt name', '<%= it.projcet %>', 'a <%= %> tag gave undefined'],
  ['a name of nothing', '<%= it.nothing.at.all %>', "Cannot read properties of undefined (reading 'at')"],
  ['a tag that does not end', '<%= it.project', 'unclosed tag'],
  ['wrong JavaScript', '<% if ( { %>', 'Bad template syntax'],
])('%s is an error that names the template, never a word in the output', async (_, text, why) => {
  const file = await write('a.eta', text);
  expect(() => createRenderer(folder)('a.eta', { project: 'shop' })).toThrow(
    expect.objectContaining({
      exitCode: ExitCode.usage,
      message: `template ${file} could not be rendered`,
      why: expect.stringContaining(why) as string,
    }) as Error,
  );
});

test('writes values as they are: what is escaped for HTML is broken for nginx', async () => {
  await write('a.eta', `<%= it.text %>|<%= it.zero %>|<%= it.no %>|{{ $labels.job }}`);
  expect(createRenderer(folder)('a.eta', { text: `<"&'>`, zero: 0, no: false })).toBe(
    `<"&'>|0|false|{{ $labels.job }}`,
  );
});

test('a folder that does not exist is refused', () => {
  expect(() => createRenderer(join(folder, 'nowhere'))).toThrow(
    `templates: found ${join(folder, 'nowhere')}, which does not exist`,
  );
});

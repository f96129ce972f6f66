import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { createRenderer, keptTemplates, projectTemplates } from '../../../src/render/template.js';
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
  expect(() => createRenderer(projectTemplates(folder))('a.eta', { project: 'shop' })).toThrow(
    expect.objectContaining({
      exitCode: ExitCode.usage,
      message: `template ${file} could not be rendered`,
      why: expect.stringContaining(why) as string,
    }) as Error,
  );
});

test('writes values as they are: what is escaped for HTML is broken for nginx', async () => {
  await write('a.eta', `<%= it.text %>|<%= it.zero %>|<%= it.no %>|{{ $labels.job }}`);
  expect(createRenderer(projectTemplates(folder))('a.eta', { text: `<"&'>`, zero: 0, no: false })).toBe(
    `<"&'>|0|false|{{ $labels.job }}`,
  );
});

test('texts that were kept are rendered whatever the files are now; what was not kept is built in', async () => {
  await write('nginx/nginx.conf.eta', 'another one');
  const read = keptTemplates({ 'nginx/nginx.conf.eta': 'kept, for <%= it.project %>' });
  expect(createRenderer(read)('nginx/nginx.conf.eta', { project: 'shop' })).toBe('kept, for shop');
  expect(read('prometheus/prometheus.yml.eta')).toEqual(projectTemplates(null)('prometheus/prometheus.yml.eta'));
});

test('one that was kept and cannot be rendered is named by its path', () => {
  expect(() => createRenderer(keptTemplates({ 'a.eta': '<%= it.nothing %>' }))('a.eta', {})).toThrow(
    'template a.eta, as it was kept, could not be rendered',
  );
});

test('a folder that does not exist is refused', () => {
  expect(() => projectTemplates(join(folder, 'nowhere'))).toThrow(
    `templates: found ${join(folder, 'nowhere')}, which does not exist`,
  );
});

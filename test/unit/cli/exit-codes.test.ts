import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { fortress } from './built-cli.js';

let project: string;
let empty: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'fortress-project-'));
  empty = await mkdtemp(join(tmpdir(), 'fortress-empty-'));
  await writeFile(join(project, 'fortress.config.ts'), 'export default {};');
});
afterAll(() => Promise.all([project, empty].map((folder) => rm(folder, { recursive: true }))));

describe('a wrong command line is exit code 2, with what would be right, and the engine is not asked', () => {
  test.each([
    ['an unknown command', ['verifi'], 'Did you mean verify?'],
    ['an unknown flag', ['up', '--lock-timout', '5'], 'Did you mean --lock-timeout?'],
    ['a missing argument', ['predict'], "missing required argument 'text'"],
    [
      'a timeout that is no number',
      ['up', '--lock-timeout', 'soon'],
      '--lock-timeout: found "soon"; expected a whole number of seconds',
    ],
    ['the same for down', ['down', '--lock-timeout', '-1'], '--lock-timeout: found "-1"'],
    ['lines that are no number', ['logs', '--tail', 'all'], '--tail: found "all"; expected a whole number of lines'],
    ['a misspelt flag, without its value', ['verify', '--usr=ana:secret'], "unknown option '--usr=…'"],
    ['a URL that is none', ['verify', '--url', 'localhost', '--user', 'ana:secret'], '--url: found "localhost"'],
    ['a deployment that is nowhere', ['verify', '--replicas', '5'], '--replicas describes another deployment'],
    ['a submission that is nowhere, after a report', ['grade', '--report', 'tap=a', 'x'], 'there is no submission at'],
    ['the second report', ['verify', '--report', 'tap=a', '--report', 'xml=b'], 'there is no format "xml"'],
    ['a report of no format', ['verify', '--report', 'xml=a.xml'], 'there is no format "xml"'],
    ['a file for a report of bench', ['bench', '--report', 'a.html'], '--report takes json, html and a file'],
    ['a report that bench has not', ['bench', '--report', 'junit=a.xml'], 'there is no format "junit"'],
  ])('%s', async (_, args, words) => {
    const { exitCode, stdout, stderr } = await fortress(args, project);
    expect(stderr).toContain(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: ExitCode.usage, stdout: '' });
  });
});

test('no configuration is exit code 2, and init is offered', async () => {
  const { exitCode, stderr } = await fortress(['up'], empty);
  expect(exitCode).toBe(ExitCode.usage);
  expect(stderr).toContain('→ make one with `fortress init`');
});

describe('no engine is exit code 3', () => {
  test.each([['up'], ['plan']])('%s', async (command) => {
    const { exitCode, stdout, stderr } = await fortress([command], project);
    expect({ exitCode, stdout }).toEqual({ exitCode: ExitCode.unreachable, stdout: '' });
    expect(stderr).toMatch(/^✗ no Docker Engine answers at unix:\/\/\/nowhere\/docker\.sock \(DOCKER_HOST\)\n/);
    expect(stderr).toContain('→ start it, or let `fortress doctor --fix` install and start one');
  });

  test('with --json the error is the one document on stdout', async () => {
    const { exitCode, stdout, stderr } = await fortress(['status', '--json'], project);
    expect({ exitCode, stderr }).toEqual({ exitCode: ExitCode.unreachable, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'ENGINE_UNREACHABLE',
        exitCode: ExitCode.unreachable,
        message: expect.stringContaining('no Docker Engine answers') as string,
        why: expect.stringContaining('ENOENT') as string,
        hint: expect.stringContaining('doctor --fix') as string,
      },
    });
  });
});

test('what needs no engine works without one', async () => {
  const { exitCode, stdout } = await fortress(['config', '--config', project, '--json'], empty);
  expect(exitCode).toBe(ExitCode.ok);
  expect(JSON.parse(stdout)).toMatchObject({ root: expect.stringContaining('fortress-project-') as string });
});

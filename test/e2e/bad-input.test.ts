import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, type Outcome } from '../support/cli.js';
import { EMPTY, engineState } from '../support/engine.js';
import { useProject } from '../support/project.js';

// What a person gets who writes something wrong. Nothing of all this may reach the engine.
const project = useProject();

const writeConfig = (text: string): Promise<void> =>
  writeFile(join(project.folder, 'fortress.config.ts'), `import { defineConfig } from 'fortress';\n${text}\n`);

async function upWith(config: string): Promise<Outcome> {
  await writeConfig(`export default defineConfig(${config} as never);`);
  return project.fortress('up');
}

describe('a configuration', () => {
  it.each([
    ['an unknown key', `{ gatway: {} }`, 'gatway: unknown key; did you mean "gateway"?'],
    [
      'an unknown key inside',
      `{ gateway: { httpsport: 1 } }`,
      'gateway.httpsport: unknown key; did you mean "httpsPort"?',
    ],
    ['a wrong type', `{ apis: { v1: { replicas: 'three' } } }`, 'apis.v1.replicas: found "three"; expected'],
    ['a number out of range', `{ gateway: { httpPort: 70000 } }`, 'gateway.httpPort: found 70000; expected'],
    ['a wrong choice', `{ images: { source: 'quay' } }`, 'images.source: found "quay"; expected "auto" or'],
  ])('with %s: key path, value and what would be right', async (_, config, message) => {
    const { exitCode, stderr, stdout } = await upWith(config);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it('with several mistakes: all of them at once', async () => {
    const { stderr } = await upWith(`{ projct: 'a', gateway: { httpPort: 0, bind: 'here' } }`);
    expect(stderr).toContain('3 problems');
    expect(stderr).toContain('projct');
    expect(stderr).toContain('gateway.httpPort');
    expect(stderr).toContain('gateway.bind: found "here"');
  });

  it('that is not TypeScript', async () => {
    await writeConfig('export default {{{');
    const { exitCode, stderr } = await project.fortress('up');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('fortress.config.ts could not be read');
  });

  it('that exports nothing', async () => {
    await writeConfig('defineConfig({});');
    const { exitCode, stderr } = await project.fortress('up');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('exports no configuration');
  });

  it('that is not there', async () => {
    await rm(join(project.folder, 'fortress.config.ts'));
    for (const command of ['up', 'plan', 'down', 'status', 'config']) {
      const { exitCode, stderr } = await project.fortress(command);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`no fortress.config.ts in ${project.folder}`);
      expect(stderr).toContain('fortress init');
    }
  });

  it('in a folder that is not there', async () => {
    const { exitCode, stderr } = await project.fortress('up', '--config', 'nowhere');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(join(project.folder, 'nowhere'));
  });

  it('as the one JSON document with --json', async () => {
    await project.configure({ apis: { v1: { replicas: 0 } } });
    const { exitCode, stdout, stderr } = await project.fortress('up', '--json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'CONFIG_INVALID',
        exitCode: 2,
        why: expect.stringContaining('apis.v1.replicas: found 0') as string,
      },
    });
    expect(stderr).toBe('');
  });
});

describe('the command line', () => {
  it.each([
    ['an unknown command', ['upp'], 'up'],
    ['an unknown flag', ['up', '--forse'], '--forse'],
    ['a value that is no number', ['up', '--lock-timeout', 'soon'], '--lock-timeout: found "soon"'],
    ['nothing to predict', ['predict', ' '], 'no text'],
    ['a service that does not exist', ['logs', 'gatway'], 'no container of a service "gatway"'],
    ['no training data', ['train'], '--data'],
  ])('with %s: exit code 2', async (_, args, message) => {
    await project.configure();
    const { exitCode, stderr } = await project.fortress(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('no engine', () => {
  it.each([['up'], ['plan'], ['down'], ['status'], ['logs'], ['links']])(
    '%s: exit code 3 and where it looked',
    async (command) => {
      await project.configure();
      const options = { cwd: project.folder, env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } };
      const { exitCode, stderr } = await runCli([command], options);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('no Docker Engine answers at unix:///nowhere/docker.sock (DOCKER_HOST)');
      expect(stderr).toContain('doctor --fix');
    },
  );

  it('a port where something else answers', async () => {
    const options = { cwd: project.folder, env: { DOCKER_HOST: `tcp://127.0.0.1:${project.ports.http}` } };
    const { exitCode, stderr } = await runCli(['plan'], options);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('ECONNREFUSED');
  });
});

describe('in the end', () => {
  it('the engine has nothing of the project', async () => {
    expect(await engineState(project.name)).toEqual(EMPTY);
  });
});

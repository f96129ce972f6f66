import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findEngineAddress } from '../../../../src/engine/docker/address.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fortress-home-'));
});
afterEach(() => rm(home, { recursive: true }));

async function write(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), typeof content === 'string' ? content : JSON.stringify(content));
}

async function context(name: string, host: string, configDir = '.docker'): Promise<void> {
  const folder = createHash('sha256').update(name).digest('hex');
  await write(`${configDir}/contexts/meta/${folder}/meta.json`, { Name: name, Endpoints: { docker: { Host: host } } });
}

test('DOCKER_HOST wins over everything, as it does for docker', async () => {
  await write('.docker/config.json', { currentContext: 'remote' });
  await context('remote', 'ssh://me@remote');
  expect(findEngineAddress({ DOCKER_HOST: 'tcp://10.0.0.1:2375', DOCKER_CONTEXT: 'remote' }, home)).toEqual({
    url: 'tcp://10.0.0.1:2375',
    origin: 'DOCKER_HOST',
  });
});

test('then the context of the environment, then the current one', async () => {
  await write('.docker/config.json', { currentContext: 'desktop-linux' });
  await context('desktop-linux', 'unix:///home/me/desktop.sock');
  await context('remote', 'ssh://me@remote');
  expect(findEngineAddress({}, home)).toEqual({
    url: 'unix:///home/me/desktop.sock',
    origin: 'docker context desktop-linux',
  });
  expect(findEngineAddress({ DOCKER_CONTEXT: 'remote' }, home)).toEqual({
    url: 'ssh://me@remote',
    origin: 'docker context remote',
  });
});

test('DOCKER_CONFIG says where contexts are', async () => {
  await write('elsewhere/config.json', { currentContext: 'x' });
  await context('x', 'tcp://x:1', 'elsewhere');
  expect(findEngineAddress({ DOCKER_CONFIG: join(home, 'elsewhere') }, home).url).toBe('tcp://x:1');
});

test.each<[string, unknown]>([
  ['no configuration', undefined],
  ['a broken one', '{'],
  ['the default context', { currentContext: 'default' }],
  ['a context that is not there', { currentContext: 'gone' }],
])('%s leads to a socket', async (_, config) => {
  if (config !== undefined) await write('.docker/config.json', config);
  expect(findEngineAddress({}, home)).toMatchObject({
    url: expect.stringMatching(/^unix:\/\/\/.*docker\.sock$/) as string,
    origin: 'default socket',
  });
});

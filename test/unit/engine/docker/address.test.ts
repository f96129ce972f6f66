import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findEngineAddress, isLocal } from '../../../../src/engine/docker/address.js';
import { ExitCode } from '../../../../src/errors.js';

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
  await context('remote', 'tcp://remote:2376');
  expect(findEngineAddress({ DOCKER_HOST: 'tcp://10.0.0.1:2375', DOCKER_CONTEXT: 'remote' }, home)).toEqual({
    url: 'tcp://10.0.0.1:2375',
    origin: 'DOCKER_HOST',
  });
});

test('then the context of the environment, then the current one', async () => {
  await write('.docker/config.json', { currentContext: 'desktop-linux' });
  await context('desktop-linux', 'unix:///home/me/desktop.sock');
  await context('remote', 'tcp://remote:2376');
  expect(findEngineAddress({}, home)).toEqual({
    url: 'unix:///home/me/desktop.sock',
    origin: 'docker context desktop-linux',
  });
  expect(findEngineAddress({ DOCKER_CONTEXT: 'remote' }, home)).toEqual({
    url: 'tcp://remote:2376',
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
])('%s leads to a socket', async (_, config) => {
  if (config !== undefined) await write('.docker/config.json', config);
  expect(findEngineAddress({}, home)).toMatchObject({
    url: expect.stringMatching(/^unix:\/\/\/.*docker\.sock$/) as string,
    origin: 'default socket',
  });
});

test.each<[string, NodeJS.ProcessEnv, object]>([
  ['of the environment', { DOCKER_CONTEXT: 'gone' }, {}],
  ['that is the current one', {}, { currentContext: 'gone' }],
])('a context %s and is not there is an error: another engine is no substitute', async (_, env, config) => {
  await write('.docker/config.json', config);
  expect(() => findEngineAddress(env, home)).toThrow(
    expect.objectContaining({
      exitCode: ExitCode.unreachable,
      message: 'there is no docker context "gone"',
      hint: expect.stringContaining('docker context ls') as string,
    }) as Error,
  );
});

describe('TLS', () => {
  test('the certificates of a context are those that docker keeps for it', async () => {
    await context('remote', 'tcp://remote:2376');
    const folder = `contexts/tls/${createHash('sha256').update('remote').digest('hex')}/docker`;
    await write(`.docker/${folder}/ca.pem`, 'CA');
    expect(findEngineAddress({ DOCKER_CONTEXT: 'remote' }, home).certificates).toBe(join(home, '.docker', folder));
  });

  test('DOCKER_HOST has those of the environment, and none of its own accord', () => {
    const DOCKER_HOST = 'tcp://10.0.0.1:2376';
    expect(findEngineAddress({ DOCKER_HOST, DOCKER_CERT_PATH: '/certs' }, home)).not.toHaveProperty('certificates');
    expect(findEngineAddress({ DOCKER_HOST, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' }, home)).toMatchObject({
      certificates: '/certs',
    });
    expect(findEngineAddress({ DOCKER_HOST, DOCKER_TLS_VERIFY: '1' }, home).certificates).toBe(join(home, '.docker'));
  });
});

test.each([
  ['unix:///var/run/docker.sock', true],
  ['npipe:////./pipe/docker_engine', true],
  ['tcp://localhost:2375', true],
  ['tcp://127.0.0.1:2375', true],
  ['tcp://[::1]:2375', true],
  ['tcp://10.0.0.1:2375', false],
  ['tcp://localhost.example.com:2375', false],
])('%s is on this machine: %s', (url, local) => {
  expect(isLocal({ url, origin: 'a test' })).toBe(local);
});

import Docker from 'dockerode';
import { afterEach, expect, test, vi } from 'vitest';
import { connect } from '../../../../src/engine/docker/connect.js';
import { ExitCode } from '../../../../src/errors.js';
import { fakeEngine } from './fake-engine.js';

const VERSION = { Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', Arch: 'arm64' };

afterEach(() => {
  vi.restoreAllMocks();
});

test('knows whom it talks to', async () => {
  const { url } = await fakeEngine({ 'GET /version': { json: VERSION } });
  const address = { url, origin: 'a test' };
  expect(await connect(address)).toMatchObject({ version: '20.10.24', architecture: 'arm64', address });
});

const refusal = async (version: object) => {
  const { url } = await fakeEngine({ 'GET /version': { json: { ...VERSION, ...version } } });
  return connect({ url, origin: 'a test' });
};

test('refuses an engine that is too old, and says from which version on it works', async () => {
  await expect(refusal({ Version: '19.03.15', ApiVersion: '1.40' })).rejects.toMatchObject({
    exitCode: ExitCode.unreachable,
    message: 'Docker Engine 19.03.15 is too old (API 1.40)',
    hint: expect.stringContaining('20.10') as string,
  });
});

test('takes an API version by its parts, not as a decimal number', async () => {
  await expect(refusal({ ApiVersion: '1.9' })).rejects.toThrow('too old');
  await expect(refusal({ ApiVersion: '1.100' })).resolves.toBeDefined();
  await expect(refusal({ ApiVersion: '2.0' })).resolves.toBeDefined();
});

test('refuses an engine of Windows containers', async () => {
  await expect(refusal({ Os: 'windows' })).rejects.toMatchObject({
    exitCode: ExitCode.unreachable,
    message: 'the Docker Engine runs windows containers',
  });
});

test('nobody there: says where it looked, how it came to look there, and who can start one', async () => {
  await expect(connect({ url: 'unix:///nowhere/docker.sock', origin: 'default socket' })).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    exitCode: ExitCode.unreachable,
    message: 'no Docker Engine answers at unix:///nowhere/docker.sock (default socket)',
    why: expect.stringContaining('ENOENT') as string,
    hint: expect.stringContaining('fortress doctor --fix') as string,
  });
});

test('no permission: says what to do about it', async () => {
  vi.spyOn(Docker.prototype, 'version').mockRejectedValue(
    Object.assign(new Error('connect EACCES'), { code: 'EACCES' }),
  );
  await expect(connect({ url: 'unix:///var/run/docker.sock', origin: 'default socket' })).rejects.toMatchObject({
    code: 'ENGINE_PERMISSION',
    exitCode: ExitCode.unreachable,
    hint: expect.stringContaining('docker group') as string,
  });
});

test.each(['localhost:2375', 'somewhere', 'ftp://host'])(
  'an address that is none is refused by name: %s',
  async (url) => {
    await expect(connect({ url, origin: 'DOCKER_HOST' })).rejects.toMatchObject({
      exitCode: ExitCode.unreachable,
      message: `DOCKER_HOST: found "${url}"; expected an address such as unix:///var/run/docker.sock or tcp://host:2375`,
    });
  },
);

test('a Windows pipe keeps its whole path', async () => {
  const version = vi.spyOn(Docker.prototype, 'version').mockResolvedValue(VERSION as Docker.DockerVersion);
  const { docker } = await connect({ url: 'npipe:////./pipe/docker_engine', origin: 'default pipe' });
  expect(version).toHaveBeenCalledOnce();
  expect((docker.modem as { socketPath?: string }).socketPath).toBe('//./pipe/docker_engine');
});

test('SSH is refused, and the error says how to do without', async () => {
  await expect(connect({ url: 'ssh://me@remote', origin: 'DOCKER_HOST' })).rejects.toMatchObject({
    exitCode: ExitCode.unreachable,
    message: 'DOCKER_HOST: found "ssh://me@remote"; fortress does not speak SSH itself',
    hint: expect.stringMatching(/^forward the socket: ssh .* remote, then DOCKER_HOST=unix:/) as string,
  });
});

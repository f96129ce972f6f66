import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { connectReadOnly } from '../../../../src/engine/docker/read-only.js';
import { fakeEngine } from './fake-engine.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function connectToFake() {
  const engine = await fakeEngine({
    'GET /version': { json: { Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' } },
    'GET /containers/json': { json: [] },
  });
  vi.stubEnv('DOCKER_HOST', engine.url);
  return { engine, docker: (await connectReadOnly()).docker };
}

test('reads', async () => {
  const { docker } = await connectToFake();
  expect(await docker.listContainers()).toEqual([]);
});

test('refuses whatever could change something, before it leaves the process', async () => {
  const { engine, docker } = await connectToFake();
  const container = docker.getContainer('x');
  const archive = new PassThrough().end();
  const attempts: [string, () => Promise<unknown>][] = [
    ['POST', () => docker.createContainer({ Image: 'x' })],
    ['POST', () => container.start()],
    ['POST', () => container.stop()],
    ['POST', () => container.kill()],
    ['POST', () => container.exec({ Cmd: ['x'] })],
    ['PUT', () => container.putArchive(archive, { path: '/' })],
    ['DELETE', () => container.remove()],
    ['POST', () => docker.createNetwork({ Name: 'x' })],
    ['DELETE', () => docker.getNetwork('x').remove()],
    ['POST', () => docker.createVolume({ Name: 'x' })],
    ['DELETE', () => docker.getVolume('x').remove()],
    ['POST', () => docker.createImage({ fromImage: 'x' })],
    ['POST', () => docker.pruneContainers()],
  ];
  const before = engine.asked.length;
  for (const [method, attempt] of attempts) {
    await expect((async () => attempt())()).rejects.toThrow(`read-only client: refused ${method}`);
  }
  expect(engine.asked.slice(before)).toEqual([]);
});

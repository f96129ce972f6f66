import { afterEach, expect, it, vi } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import { askEngine } from '../../../src/doctor/engine-state.js';
import { fakeEngine } from '../engine/docker/fake-engine.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('is not to blame for a Dockerfile that cannot be read', async () => {
  const { url } = await fakeEngine({
    'GET /_ping': { json: 'OK' },
    'GET /version': { json: { Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' } },
    'GET /info': { json: { NCPU: 2, MemTotal: 1, DockerRootDir: '/', MemoryLimit: true } },
    'GET /containers/json': { json: [] },
  });
  vi.stubEnv('DOCKER_HOST', url);
  const apis = { v1: { build: './nowhere' } };
  const engine = await askEngine(resolveConfig({ project: 'shop', apis, routes: [{ to: 'v1' }] }, '/srv/shop'));
  expect(engine).toMatchObject({
    state: 'ready',
    facts: {
      version: '20.10.24',
      imageTools: {
        needed: null,
        reason: 'apis.v1.build: /srv/shop/nowhere/Dockerfile cannot be read',
        hint: 'name the folder that holds the Dockerfile, or another file of it: { context, dockerfile }',
      },
    },
  });
});

import { afterEach, expect, it, vi } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import { readEngineFacts } from '../../../src/verify/engine-facts.js';
import { fakeEngine } from '../engine/docker/fake-engine.js';

const config = resolveConfig({ project: 'shop', monitoring: false }, '/srv/shop');

afterEach(() => {
  vi.unstubAllEnvs();
});

it('says why it knows nothing, and never throws', async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
  const facts = await readEngineFacts(config);
  expect(facts).toMatchObject({ omitted: {}, instances: null, engine: null });
  expect(facts.deployment).toHaveProperty('unknown');
});

it('knows the deployment by its project, and who has its ports instead', async () => {
  const neighbour = {
    Id: 'other',
    Names: ['/other'],
    State: 'running',
    Labels: {},
    Ports: [{ IP: '0.0.0.0', PrivatePort: 443, PublicPort: 443, Type: 'tcp' }],
    NetworkSettings: { Networks: {} },
  };
  const { url } = await fakeEngine({
    'GET /version': { json: { Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' } },
    'GET /containers/json': ({ query }, response) =>
      void response.end(JSON.stringify(query.has('filters') ? [] : [neighbour])),
    'GET /networks': { json: [] },
    'GET /volumes': { json: { Volumes: null } },
    'GET /images/json': { json: [] },
  });
  vi.stubEnv('DOCKER_HOST', url);
  const { deployment, instances, engine } = await readEngineFacts(config);
  expect(instances).toEqual([]);
  expect(engine).not.toBeNull();
  expect(deployment).toEqual({ containers: [], outsiders: [{ name: 'other', project: null, ports: [443] }] });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { readDeployment } from '../../../src/verify/read-deployment.js';
import { fakeEngine } from '../engine/docker/fake-engine.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

const listed = (id: string, labels: object, port?: number): object => ({
  Id: id,
  Names: [`/${id}`],
  ImageID: 'image',
  State: 'running',
  Labels: labels,
  Ports: port === undefined ? [] : [{ IP: '0.0.0.0', PrivatePort: 443, PublicPort: port, Type: 'tcp' }],
  HostConfig: { NetworkMode: 'x' },
  NetworkSettings: { Networks: {} },
});
const shop = { 'com.docker.compose.project': 'shop' };
const inspected = {
  json: {
    Config: { Image: 'i', User: '' },
    State: { Running: true, StartedAt: '' },
    HostConfig: {},
    NetworkSettings: { Networks: { inside: {}, outside: {} } },
  },
};

async function engine() {
  const fake = await fakeEngine({
    'GET /version': { json: { Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' } },
    'GET /containers/json': {
      json: [
        listed('shop-nginx-10', shop, 8443),
        listed('shop-nginx-2', shop),
        listed('shop-run', { ...shop, 'com.docker.compose.oneoff': 'True' }),
        listed('gone', shop),
        listed('other', {}, 443),
      ],
    },
    'GET /containers/shop-nginx-10/json': inspected,
    'GET /containers/shop-nginx-2/json': inspected,
    'GET /containers/shop-run/json': inspected,
    'GET /images/image/json': { json: {} },
    'GET /networks': {
      json: [
        { Name: 'inside', Internal: true },
        { Name: 'outside', Internal: false },
      ],
    },
  });
  vi.stubEnv('DOCKER_HOST', fake.url);
  return fake;
}

describe('readDeployment', () => {
  it('reads a stack in the order of its names, and who is in its way', async () => {
    const { asked } = await engine();
    const { deployment, engine: probe } = await readDeployment({ publishedPorts: [8443, 443] });
    expect(probe).not.toBeNull();
    expect(deployment).toMatchObject({
      containers: [{ name: 'shop-nginx-2', confinement: { openNetworks: ['outside'] } }, { name: 'shop-nginx-10' }],
      outsiders: [{ name: 'other', project: null, ports: [443] }],
    });
    expect(asked.filter(({ call }) => !call.startsWith('GET '))).toEqual([]);
  });

  it('says that nobody publishes the port', async () => {
    await engine();
    const { deployment } = await readDeployment({ publishedPorts: [1] });
    expect(deployment).toEqual({ unknown: 'no container of this engine publishes port 1' });
  });

  it('says why it knows nothing, and never throws', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
    const { deployment, engine: probe } = await readDeployment({ publishedPorts: [443] });
    expect(probe).toBeNull();
    expect(deployment).toMatchObject({ unknown: expect.stringContaining('unix:///nowhere/docker.sock') as string });
  });
});

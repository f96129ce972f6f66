import { expect, test } from 'vitest';
import type { ContainerInfo } from 'dockerode';
import { isService, publishedPortsOf, readContainer } from '../../../../src/engine/docker/deployed.js';
import { fakeEngine } from './fake-engine.js';

const listed = (change: object = {}): ContainerInfo =>
  ({
    Id: 'abc',
    Names: ['/shop-api-1'],
    ImageID: 'sha256:image',
    Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'api' },
    Ports: [
      { IP: '0.0.0.0', PrivatePort: 8000, PublicPort: 8001, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 53, PublicPort: 53, Type: 'udp' },
      { PrivatePort: 9000, Type: 'tcp' },
    ],
    NetworkSettings: { Networks: { shop_default: { IPAddress: '172.20.0.3' }, none: { IPAddress: '' } } },
    ...change,
  }) as unknown as ContainerInfo;

const NETWORKS = new Set<string>();

const inspected = (change: { Config?: object; State?: object; HostConfig?: object } = {}): object => ({
  Config: { Image: 'api:1.0', User: 'app', ...change.Config },
  State: {
    Running: true,
    Paused: false,
    Restarting: false,
    StartedAt: '2026-11-23T10:00:00Z',
    Health: { Status: 'healthy' },
    ...change.State,
  },
  HostConfig: { NetworkMode: 'shop_default', RestartPolicy: { Name: 'always' }, ...change.HostConfig },
});

async function read(inspect: object, image: object = { RepoDigests: ['api@sha256:1'] }, list: object = {}) {
  const { docker } = await fakeEngine({
    'GET /containers/abc/json': { json: inspect },
    'GET /images/sha256:image/json': { json: image },
  });
  return readContainer(docker, listed(list), NETWORKS);
}

test('reads what checks want to know', async () => {
  expect(await read(inspected())).toMatchObject({
    id: 'abc',
    name: 'shop-api-1',
    service: 'api',
    image: 'api:1.0',
    imageId: 'sha256:image',
    builtHere: false,
    running: true,
    health: 'healthy',
    user: 'app',
    restartPolicy: 'always',
    startedAt: '2026-11-23T10:00:00Z',
    hostNetwork: false,
    ports: [{ address: '0.0.0.0', port: 8001, containerPort: 8000 }],
    addresses: ['172.20.0.3'],
    confinement: { readOnlyRoot: false },
  });
});

const serviceOf = async (Labels: object) => (await read(inspected(), undefined, { Labels }))?.service;

test('the service of fortress, else the name', async () => {
  expect(await serviceOf({ 'dev.fortress.service': 'api-v1' })).toBe('api-v1');
  expect(await serviceOf({})).toBe('shop-api-1');
});

test('an image without a digest was built here', async () => {
  expect((await read(inspected(), { RepoDigests: [] }))?.builtHere).toBe(true);
});

test('paused and restarting containers do not run', async () => {
  expect((await read(inspected({ State: { Paused: true } })))?.running).toBe(false);
  expect((await read(inspected({ State: { Restarting: true } })))?.running).toBe(false);
});

test('no health check and no restart policy', async () => {
  const container = await read(
    inspected({ State: { Health: undefined }, HostConfig: { RestartPolicy: { Name: '' } } }),
  );
  expect(container).toMatchObject({ health: null, restartPolicy: 'no' });
});

test("in the host's network: the ports that image, command and environment name", async () => {
  const Config = {
    ExposedPorts: { '8000/tcp': {}, '53/udp': {} },
    Cmd: ['uvicorn', 'main:app', '--host', '0.0.0.0', '--port', '8123'],
    Env: ['PORT=8124', 'PATH=/usr/bin:8125', 'TIMEOUT=9000'],
  };
  const container = await read(inspected({ Config, HostConfig: { NetworkMode: 'host' } }));
  expect(container?.hostNetwork).toBe(true);
  expect(container?.ports.map(({ port }) => port)).toEqual([8000, 8123, 8124]);
});

test('a container that is gone by now, and an engine that refuses', async () => {
  const { docker, answers } = await fakeEngine();
  expect(await readContainer(docker, listed(), NETWORKS)).toBeNull();
  answers['GET /containers/abc/json'] = { status: 500, json: { message: 'broken' } };
  await expect(readContainer(docker, listed(), NETWORKS)).rejects.toThrow('broken');
});

test('what the list tells', () => {
  expect(publishedPortsOf(listed())).toEqual([8001]);
  expect(isService(listed())).toBe(true);
  expect(isService(listed({ Labels: { 'com.docker.compose.oneoff': 'True' } }))).toBe(false);
});

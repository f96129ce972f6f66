import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import {
  createContainer,
  removeContainer,
  startContainer,
  stopContainer,
} from '../../../../src/engine/docker/containers.js';
import type { ContainerSpec } from '../../../../src/plan/operation.js';
import type { Service, ServiceFile } from '../../../../src/stack/stack.js';
import { example, serviceOf } from '../../stack/example.js';
import { fakeEngine, type FakeEngine } from './fake-engine.js';

const { stack } = example();

const specOf = (service: Service, files: ServiceFile[] = []): ContainerSpec => ({
  project: 'shop',
  name: `shop-${service.name}-2`,
  slot: 2,
  service,
  files,
  addresses: { 'shop-backend': '10.200.4.11' },
  hash: 'the hash',
  spec: 'the spec',
});

const FILES: ServiceFile[] = [
  { path: 'nginx.conf', content: 'events {}', hash: 'h1', secret: false },
  { path: 'server.key', content: 'KEY', hash: 'h2', secret: true },
];

async function created(
  service: Service,
  files: ServiceFile[] = [],
): Promise<{ engine: FakeEngine; body: Record<string, unknown> }> {
  const name = `shop-${service.name}-2`;
  const engine = await fakeEngine({
    'POST /containers/create': { status: 201, json: { Id: 'id' } },
    'POST /networks/shop-backend/connect': {},
    [`PUT /containers/${name}/archive`]: {},
  });
  await createContainer(engine.docker, specOf(service, files));
  const [creation] = engine.asked;
  expect(creation?.query.get('name')).toBe(name);
  return { engine, body: JSON.parse(String(creation?.body)) as Record<string, unknown> };
}

async function namesIn(archive: Buffer): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    names.push(entry.header.name);
    await buffer(entry);
  }
  return names;
}

test.each(stack.services)('$name gets least privilege', async (service) => {
  const { body } = await created(service);
  expect(body).toMatchObject({
    User: service.user,
    HostConfig: {
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      PidsLimit: service.pids,
      Memory: service.memory,
      MemorySwap: service.memory,
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    },
  });
  const host = body['HostConfig'] as Record<string, unknown>;
  for (const dangerous of ['Privileged', 'CapAdd', 'Binds', 'NetworkMode', 'PidMode', 'Devices'])
    expect(host).not.toHaveProperty(dangerous);
  for (const mount of host['Mounts'] as { Type: string }[]) expect(mount.Type).toBe('volume');
});

test('ports are published where the configuration says, and an API has none', async () => {
  const gateway = (await created(serviceOf(stack, 'gateway'))).body['HostConfig'];
  expect(gateway).toMatchObject({
    PortBindings: {
      '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '80' }],
      '443/tcp': [{ HostIp: '0.0.0.0', HostPort: '443' }],
    },
  });
  expect((await created(serviceOf(stack, 'api-v1'))).body).toMatchObject({
    ExposedPorts: {},
    HostConfig: { PortBindings: {} },
  });
});

test('an API has its fixed address; it, its name and hash are in labels', async () => {
  const { body } = await created(serviceOf(stack, 'api-v1'));
  expect(body).toMatchObject({
    NetworkingConfig: {
      EndpointsConfig: { 'shop-backend': { Aliases: ['api-v1'], IPAMConfig: { IPv4Address: '10.200.4.11' } } },
    },
    Labels: {
      'dev.fortress.project': 'shop',
      'dev.fortress.service': 'api-v1',
      'dev.fortress.slot': '2',
      'dev.fortress.config-hash': 'the hash',
      'dev.fortress.spec': 'the spec',
      'dev.fortress.addresses': '{"shop-backend":"10.200.4.11"}',
    },
  });
});

test('the image says what runs unless the service does', async () => {
  expect((await created(serviceOf(stack, 'api-v1'))).body).not.toHaveProperty('Entrypoint');
  expect((await created(serviceOf(stack, 'gateway'))).body['Entrypoint']).toContain('nginx');
});

test('its health is looked at every second until it is known, then every ten', async () => {
  expect((await created(serviceOf(stack, 'gateway'))).body).toMatchObject({
    Healthcheck: {
      Test: expect.arrayContaining(['CMD', 'wget']) as string[],
      Interval: 10e9,
      StartInterval: 1e9,
    },
  });
});

test('files are put in before anything starts, and what was put in is recorded last', async () => {
  const { engine } = await created(serviceOf(stack, 'gateway'), FILES);
  expect(engine.asked.map(({ call }) => call)).toEqual([
    'POST /containers/create',
    'POST /networks/shop-backend/connect',
    'PUT /containers/shop-gateway-2/archive',
    'PUT /containers/shop-gateway-2/archive',
  ]);
  const [, , files, manifest] = engine.asked;
  expect(await namesIn(files?.body ?? Buffer.alloc(0))).toEqual(['current/nginx.conf', 'current/server.key']);
  expect(await namesIn(manifest?.body ?? Buffer.alloc(0))).toEqual(['manifest.json']);
  expect(String(manifest?.body)).toContain('{"nginx.conf":"h1","server.key":"h2"}');
});

test('a container is stopped with its own signal and patience', async () => {
  const { docker, asked } = await fakeEngine({ 'POST /containers/x/stop': { status: 204 } });
  await stopContainer(docker, 'x');
  expect(asked.map(({ query }) => [...query.keys()])).toEqual([[]]);
});

describe('what is already so is done', () => {
  test.each([
    ['a start of what runs', 'POST /containers/x/start', 304, startContainer],
    ['a stop of what is stopped', 'POST /containers/x/stop', 304, stopContainer],
    ['a stop of what is gone', 'POST /containers/x/stop', 404, stopContainer],
    ['a removal of what is gone', 'DELETE /containers/x', 404, removeContainer],
  ])('%s', async (_, call, status, action) => {
    const { docker, asked } = await fakeEngine({ [call]: { status, json: { message: 'already' } } });
    await action(docker, 'x');
    expect(asked).toHaveLength(1);
  });

  test('but a start of what is gone is an error', async () => {
    const { docker } = await fakeEngine({
      'POST /containers/x/start': { status: 404, json: { message: 'no such container' } },
    });
    await expect(startContainer(docker, 'x')).rejects.toThrow('no such container');
  });
});

test('a container takes its configuration volume along when it goes, not its data', async () => {
  const { docker, asked } = await fakeEngine({ 'DELETE /containers/x': { status: 204 } });
  await removeContainer(docker, 'x');
  // v removes anonymous volumes only.
  expect(Object.fromEntries(asked[0]?.query ?? [])).toEqual({ force: 'true', v: 'true' });
});

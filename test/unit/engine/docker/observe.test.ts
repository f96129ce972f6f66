import { expect, test } from 'vitest';
import { packText } from '../../../../src/engine/docker/archive.js';
import { observe } from '../../../../src/engine/docker/observe.js';
import { fakeEngine } from './fake-engine.js';

const container = (name: string, change: object = {}, labels: object = {}): object => ({
  Id: `id-of-${name}`,
  Names: [`/${name}`],
  State: 'running',
  Status: 'Up 2 hours',
  Labels: {
    'dev.fortress.project': 'shop',
    'dev.fortress.service': 'api-v1',
    'dev.fortress.slot': '3',
    'dev.fortress.config-hash': 'hash',
    'dev.fortress.spec': '{"image":"x"}',
    'dev.fortress.addresses': '{"shop-backend":"10.200.4.12"}',
    'dev.fortress.reloadable': 'false',
    ...labels,
  },
  NetworkSettings: { Networks: { 'shop-backend': {} } },
  ...change,
});

const engineWith = async (containers: object[], more: Parameters<typeof fakeEngine>[0] = {}) =>
  fakeEngine({
    'GET /containers/json': { json: containers },
    'GET /networks': { json: [] },
    'GET /volumes': { json: { Volumes: null } },
    'GET /images/json': { json: [] },
    ...more,
  });

test('reads a container from its labels', async () => {
  const { docker, asked } = await engineWith([container('shop-api-v1-3')]);
  expect((await observe(docker, 'shop')).containers).toEqual([
    {
      name: 'shop-api-v1-3',
      service: 'api-v1',
      slot: 3,
      hash: 'hash',
      spec: '{"image":"x"}',
      state: 'running',
      health: null,
      networks: ['shop-backend'],
      addresses: { 'shop-backend': '10.200.4.12' },
      appliedFiles: null,
    },
  ]);
  const query = asked.find(({ call }) => call === 'GET /containers/json')?.query;
  expect(query?.get('all'), 'stopped ones too').toBe('true');
  expect(JSON.parse(query?.get('filters') ?? '')).toEqual({ label: ['dev.fortress.project=shop'] });
});

test('a container that has no fixed address, or was made by a version that recorded none', async () => {
  const { docker } = await engineWith([
    container('a', {}, { 'dev.fortress.addresses': '{}' }),
    container('b', {}, { 'dev.fortress.addresses': undefined }),
  ]);
  expect((await observe(docker, 'shop')).containers.map(({ addresses }) => addresses)).toEqual([{}, {}]);
});

test.each([
  ['Up 5 seconds (health: starting)', 'starting'],
  ['Up 2 minutes (healthy)', 'healthy'],
  ['Up 2 minutes (unhealthy)', 'unhealthy'],
  ['Up 2 minutes', null],
  ['Exited (137) 3 minutes ago', null],
])('%s is %s', async (status, health) => {
  const { docker } = await engineWith([container('x', { Status: status })]);
  expect((await observe(docker, 'shop')).containers[0]?.health).toBe(health);
});

test('of what reloads, it reads which files it runs with; one without a record never got that far', async () => {
  const reloadable = { 'dev.fortress.reloadable': 'true' };
  const { docker } = await engineWith([container('a', {}, reloadable), container('b', {}, reloadable)], {
    'GET /containers/id-of-a/archive': { bytes: await packText('manifest.json', '{"nginx.conf":"h1"}') },
  });
  const { containers } = await observe(docker, 'shop');
  expect(containers.map(({ appliedFiles }) => appliedFiles)).toEqual([{ 'nginx.conf': 'h1' }, null]);
});

test("tells its own networks from others', and avoids the subnets of all", async () => {
  const { docker } = await engineWith([], {
    'GET /networks': {
      json: [
        { Name: 'bridge', IPAM: { Config: [{ Subnet: '172.17.0.0/16' }] }, Labels: {} },
        { Name: 'host', IPAM: { Config: null }, Labels: null },
        {
          Name: 'shop-backend',
          IPAM: { Config: [{ Subnet: '10.200.4.0/22' }] },
          Labels: { 'dev.fortress.project': 'shop' },
        },
        {
          Name: 'shop2-backend',
          IPAM: { Config: [{ Subnet: '10.201.0.0/22' }] },
          Labels: { 'dev.fortress.project': 'shop2' },
        },
      ],
    },
  });
  const { networks, takenSubnets } = await observe(docker, 'shop');
  expect(networks).toEqual([{ name: 'shop-backend', subnet: '10.200.4.0/22' }]);
  expect(takenSubnets).toEqual(
    expect.arrayContaining(['172.17.0.0/16', '10.200.4.0/22', '10.201.0.0/22', '127.0.0.1/8']),
  );
});

test('knows images by tag and by digest, and survives those that have neither', async () => {
  const { docker } = await engineWith([], {
    'GET /images/json': {
      json: [
        { RepoTags: ['a:1', 'b:2'], RepoDigests: ['a@sha256:00'] },
        { RepoTags: null, RepoDigests: null },
      ],
    },
  });
  expect([...(await observe(docker, 'shop')).images]).toEqual(['a:1', 'b:2', 'a@sha256:00']);
});

test('a project of which there is nothing', async () => {
  const { docker } = await engineWith([]);
  expect(await observe(docker, 'shop')).toMatchObject({ containers: [], networks: [], volumes: [], leftovers: [] });
});

test('a container that the engine is just starting is waited for, and counts as running', async () => {
  let started = false;
  const { docker } = await engineWith([], {
    'GET /containers/json': (_, response) => {
      response.end(JSON.stringify([container('a', { State: started ? 'running' : 'created' })]));
    },
    'GET /containers/id-of-a/json': (_, response) => {
      started = true;
      response.end('{}');
    },
  });
  expect((await observe(docker, 'shop')).containers).toMatchObject([{ name: 'a', state: 'running' }]);
});

test('a container that was created, and has gone when it is asked for', async () => {
  let asked = 0;
  const { docker } = await engineWith([], {
    'GET /containers/json': (_, response) => {
      asked += 1;
      response.end(JSON.stringify(asked === 1 ? [container('a', { State: 'created' })] : []));
    },
  });
  expect((await observe(docker, 'shop')).containers).toEqual([]);
});

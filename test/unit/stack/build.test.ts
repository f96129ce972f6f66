import { describe, expect, test } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { example, exampleImage, serviceOf } from './example.js';

const names = (input?: FortressConfig): string[] => example(input).stack.services.map(({ name }) => name);

test('the default stack has the documented services', () => {
  const { stack } = example();
  expect(Object.fromEntries(stack.services.map(({ name, replicas }) => [name, replicas]))).toEqual({
    'api-v1': 3,
    'api-v2': 1,
    gateway: 1,
    exporter: 1,
    prometheus: 1,
    grafana: 1,
  });
  expect(stack.omitted).toEqual([]);
  expect(stack.volumes.map(({ name }) => name)).toEqual(['shop-prometheus-data', 'shop-grafana-data']);
});

test('monitoring and Grafana can be left out, together with their data volumes', () => {
  expect(names({ monitoring: false })).toEqual(['api-v1', 'api-v2', 'gateway']);
  expect(example({ monitoring: false }).stack.volumes).toEqual([]);
  expect(names({ monitoring: { grafana: false } })).not.toContain('grafana');
  expect(example({ monitoring: { grafana: false } }).stack.volumes).toEqual([{ name: 'shop-prometheus-data' }]);
});

test('what cannot be had is left out, with the reason; the rest stays', () => {
  const { stack } = example({}, (name) => (name === 'grafana' ? { missing: 'no package' } : exampleImage(name)));
  expect(stack.omitted).toEqual([{ service: 'grafana', reason: 'no package' }]);
  expect(stack.services.map(({ name }) => name)).toEqual(['api-v1', 'api-v2', 'gateway', 'exporter', 'prometheus']);
  expect(stack.volumes).toEqual([{ name: 'shop-prometheus-data' }]);
});

test('what is not wanted is not reported as left out', () => {
  const { stack } = example({ monitoring: false }, (name) =>
    name === 'grafana' ? { missing: 'no package' } : exampleImage(name),
  );
  expect(stack.omitted).toEqual([]);
});

const published = (input: FortressConfig) =>
  ['exporter', 'prometheus', 'grafana'].flatMap((name) => serviceOf(example(input).stack, name).ports);

describe('what can be reached from outside', () => {
  test('no API publishes a port or is in a network with a way out', () => {
    const { stack } = example({ apis: { v1: {}, v2: {}, v3: {} } });
    const internal = stack.networks.filter((network) => network.internal).map(({ name }) => name);
    const apis = stack.services.filter(({ name }) => name.startsWith('api-'));
    expect(apis).toHaveLength(3);
    for (const { ports, networks } of apis) {
      expect(ports).toEqual([]);
      expect(networks.map(({ network }) => network)).toEqual(internal);
    }
  });

  test('the gateway publishes 80 and 443 only: never the port of its status page', () => {
    const { stack } = example({ gateway: { bind: '192.0.2.1', httpPort: 8080, httpsPort: 8443 } });
    expect(serviceOf(stack, 'gateway').ports).toEqual([
      { bind: '192.0.2.1', host: 8080, container: 80 },
      { bind: '192.0.2.1', host: 8443, container: 443 },
    ]);
  });

  test('monitoring is published for this machine alone unless the configuration says otherwise', () => {
    expect(published({})).toEqual([
      { bind: '127.0.0.1', host: 9113, container: 9113 },
      { bind: '127.0.0.1', host: 9090, container: 9090 },
      { bind: '127.0.0.1', host: 3000, container: 3000 },
    ]);
    expect(
      published({ monitoring: { bind: '0.0.0.0', grafana: { port: 3001 } } }).map(
        ({ bind, host }) => `${bind}:${host}`,
      ),
    ).toEqual(['0.0.0.0:9113', '0.0.0.0:9090', '0.0.0.0:3001']);
  });
});

describe('every service', () => {
  const { services, networks } = example().stack;

  test.each(services)('$name is hardened', ({ name, user, memory, pids, env, tmpfs }) => {
    const [uid = '0'] = user.split(':');
    expect(Number(uid)).toBeGreaterThan(0);
    expect(memory).toBeGreaterThanOrEqual(32 * 1024 ** 2);
    expect(memory).toBeLessThanOrEqual(1024 ** 3);
    expect(pids).toBeGreaterThan(0);
    expect(pids).toBeLessThanOrEqual(name === 'gateway' ? 1024 : 256);
    // What is writable holds no program; environments are seen by everybody who may inspect.
    for (const options of Object.values(tmpfs))
      expect(options.split(',')).toEqual(expect.arrayContaining(['noexec', 'nosuid', 'nodev']));
    const secrets = Object.entries(env).filter(
      ([key, value]) => /password|secret|key/i.test(key) && !value.startsWith('/'),
    );
    expect(secrets).toEqual([]);
  });

  test.each(services)('$name is in networks that exist, and is stopped by a signal before it is killed', (service) => {
    const existing = networks.map(({ name }) => name);
    expect(service.networks.length).toBeGreaterThan(0);
    for (const { network } of service.networks) expect(existing).toContain(network);
    expect(service.stopTimeout).toBeGreaterThan(0);
  });

  test('that has a port or data gives way before the next one starts: two cannot have it', () => {
    const exclusive = services.filter(({ ports, volumes }) => ports.length > 0 || volumes.length > 0);
    expect(exclusive.map(({ name, rollout }) => [name, rollout])).toEqual([
      ['gateway', null],
      ['exporter', null],
      ['prometheus', null],
      ['grafana', null],
    ]);
  });
});

test('the settings of an API reach its server', () => {
  const { stack } = example({
    gateway: { bodyLimit: '1m' },
    apis: { stable: { memory: '256m', replicas: 2 }, canary: { debug: true } },
  });
  expect(serviceOf(stack, 'api-stable')).toMatchObject({
    replicas: 2,
    memory: 256 * 1024 ** 2,
    env: { API_VERSION: 'stable', DEBUG_PROBABILITIES: 'false', BODY_LIMIT: '1048576', MODEL_NAME: 'shop' },
  });
  expect(serviceOf(stack, 'api-canary').env).toMatchObject({
    API_VERSION: 'canary',
    DEBUG_PROBABILITIES: 'true',
    MODEL_NAME: 'shop',
  });
});

test('an API that is somebody else’s runs on an image of its own, told what every API is told', () => {
  const { stack } = example({
    apis: {
      v1: {
        build: './api',
        model: 'emotion.joblib',
        port: 5000,
        health: '/up',
        cpus: 1.5,
        env: { LOG: 'debug', HOME: '/srv' },
        secrets: { key: 'api-key' },
      },
      v2: { image: 'example/emotion:1' },
    },
  });
  expect(serviceOf(stack, 'api-v1')).toMatchObject({
    image: { name: 'backend:v1' },
    healthcheck: null,
    readiness: { port: 5000, path: '/up' },
    cpus: 1.5,
    env: {
      API_VERSION: 'v1',
      PORT: '5000',
      MODEL_PATH: '/etc/fortress/current/model.joblib',
      SECRETS_PATH: '/etc/fortress/current/secrets',
      LOG: 'debug',
      HOME: '/srv',
    },
  });
  const { env } = serviceOf(stack, 'api-v2');
  expect(env).toMatchObject({ API_VERSION: 'v2', HOME: '/tmp' });
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['MODEL_PATH', 'SECRETS_PATH']));
});

test('fortress’s own server finds its model, however the file is called', () => {
  const { stack } = example({ apis: { v1: { model: 'model/emotions.bin' } }, routes: [{ to: 'v1' }] });
  expect(serviceOf(stack, 'api-v1').env['MODEL_PATH']).toBe('/etc/fortress/current/model.onnx');
});

test('each API that cannot be had is left out by itself', () => {
  const { stack } = example({}, (image) => (image === 'api' ? { missing: 'none here' } : exampleImage(image)));
  expect(stack.omitted.map(({ service }) => service)).toEqual(['api-v1', 'api-v2']);
});

test('everything of a project carries its name, so that two stacks do not meet', () => {
  const { stack } = example({ project: 'other' });
  const all = [...stack.networks, ...stack.volumes].map(({ name }) => name);
  expect(all.length).toBeGreaterThan(0);
  expect(all.filter((name) => !name.startsWith('other-'))).toEqual([]);
});

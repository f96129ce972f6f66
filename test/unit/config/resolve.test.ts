import { describe, expect, it, test } from 'vitest';
import { projectFromFolder, resolveConfig } from '../../../src/config/resolve.js';
import type { ApiConfig, FortressConfig, RolloutConfig } from '../../../src/config/types.js';
import { OFFICIAL_IMAGES } from '../../../src/images/official.js';

const ROOT = '/home/ann/sentiment';
const resolved = (config: FortressConfig = {}) => resolveConfig(config, ROOT);

describe('the default preset', () => {
  test('is the documented stack', () => {
    const api = {
      backend: { kind: 'server' },
      model: `${ROOT}/model/model.onnx`,
      port: 8000,
      health: '/ready',
      metrics: '/metrics',
      env: {},
      secrets: {},
      user: '10001:10001',
      memory: 512 * 1024 ** 2,
      cpus: null,
      pids: 128,
      startTimeout: 60,
      rollout: { order: 'start-first', batch: null, drain: 10 },
    };
    expect(resolved()).toEqual({
      project: 'sentiment',
      preset: 'default',
      root: ROOT,
      stateDir: `${ROOT}/.fortress`,
      gateway: {
        hosts: ['localhost', '127.0.0.1'],
        bind: '0.0.0.0',
        httpPort: 80,
        httpsPort: 443,
        bodyLimit: '64k',
        users: [{ name: 'admin', password: null }],
        rateLimit: { requestsPerSecond: 10, burst: 5, status: 503 },
        connectionsPerClient: 1024,
        passwords: { hash: 'sha512-crypt', wrongPerMinute: 60 },
        tls: { key: 'ecdsa-p256', days: 365, renewBeforeDays: 30, hsts: false, caFile: null, own: null },
      },
      apis: [
        { ...api, name: 'v1', replicas: 3, debug: false },
        { ...api, name: 'v2', replicas: 1, debug: true },
      ],
      routes: { default: 'v1', rules: [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }], weights: [] },
      monitoring: {
        bind: '127.0.0.1',
        exporterPort: 9113,
        prometheusPort: 9090,
        scrapeInterval: '5s',
        retention: '15d',
        grafana: { port: 3000, user: 'admin', password: null },
      },
      images: { project: 'sentiment', source: 'auto', references: OFFICIAL_IMAGES },
      hooks: { beforeUp: null, afterUp: null, beforeDown: null, timeout: 600_000 },
      guard: true,
      templates: null,
    });
  });

  test('has no password of its own: each is made at random', () => {
    expect(JSON.stringify(resolved())).not.toMatch(/"password":"/);
  });
});

const apiOf = (api: ApiConfig) => resolved({ apis: { v2: api } }).apis[0];

const backendOf = (dockerfile: string) => apiOf({ build: { context: './api', dockerfile } })?.backend;

describe('an API that is not fortress’s own server', () => {
  it('is built from a folder, or is an image', () => {
    const args = { EXTRA: '1' };
    expect(apiOf({ build: './api' })?.backend).toEqual({
      kind: 'build',
      context: `${ROOT}/api`,
      dockerfile: 'Dockerfile',
      args: {},
    });
    expect(apiOf({ build: { context: '/api', dockerfile: 'docker/v2', args } })?.backend).toEqual({
      kind: 'build',
      context: '/api',
      dockerfile: 'docker/v2',
      args,
    });
    expect(apiOf({ image: 'example/emotion:1' })?.backend).toEqual({ kind: 'image', reference: 'example/emotion:1' });
  });

  it('is built from a Dockerfile in its folder, however that is written', () => {
    expect(backendOf('./docker//v2/../Dockerfile')).toMatchObject({ dockerfile: 'docker/Dockerfile' });
    expect(backendOf('..data')).toMatchObject({ dockerfile: '..data' });
    for (const path of ['../Dockerfile', 'a/../..', '/srv/Dockerfile']) {
      expect(() => backendOf(path)).toThrow(`apis.v2.build.dockerfile: ${path} leads outside the context`);
    }
  });

  it('brings its model, has no figures, and keeps what a preset says of its name', () => {
    expect(apiOf({ image: 'example/emotion:1' })).toMatchObject({
      model: null,
      health: '/health',
      metrics: null,
      debug: true,
    });
  });

  it('has what is said of it, with absolute paths', () => {
    const api = { model: 'emotion.joblib', port: 5000, health: '/', metrics: '/m', cpus: 0.5, pids: 64 };
    const said = {
      ...api,
      image: 'example/emotion:1',
      startTimeout: '2m',
      env: { A: 'b' },
      secrets: { key: 'keys/k' },
    };
    expect(apiOf(said)).toMatchObject({
      ...api,
      model: `${ROOT}/emotion.joblib`,
      startTimeout: 120,
      env: { A: 'b' },
      secrets: { key: `${ROOT}/keys/k` },
    });
  });

  it('is one or the other', () => {
    expect(() => apiOf({ build: '.', image: 'example/emotion:1' })).toThrow(
      'apis.v2: found both "build" and "image"; expected one of them, or neither',
    );
  });

  it.each(['PORT', 'MODEL_PATH', 'API_VERSION', 'SECRETS_PATH'])('leaves %s to fortress', (name) => {
    expect(() => apiOf({ env: { [name]: 'x' } })).toThrow(`apis.v2.env.${name}: is set by fortress`);
  });
});

const rolloutOf = (rollout: RolloutConfig): unknown => resolved({ apis: { v1: { rollout } } }).apis[0]?.rollout;

test('old replicas stop first one by one, unless something else is said', () => {
  expect(rolloutOf({ order: 'stop-first' })).toEqual({ order: 'stop-first', batch: 1, drain: 10 });
  expect(rolloutOf({ batch: 2, drain: '1m' })).toEqual({ order: 'start-first', batch: 2, drain: 60 });
});

describe('the exam preset', () => {
  test("gives the course's fixed values and leaves the rest as it is", () => {
    const exam = resolved({ preset: 'exam' });
    const plain = resolved();
    expect(exam.gateway).toEqual({
      ...plain.gateway,
      httpPort: 8080,
      users: [{ name: 'admin', password: 'admin' }],
      tls: { ...plain.gateway.tls, caFile: `${ROOT}/deployments/nginx/certs/nginx.crt` },
    });
    expect(exam.monitoring?.grafana).toEqual({ port: 3000, user: 'admin', password: 'admin' });
    expect(exam.apis).toEqual(plain.apis);
  });

  test('gives way to what is written', () => {
    const { gateway, monitoring } = resolved({
      preset: 'exam',
      gateway: { httpPort: 8000, users: ['ann'], tls: { caFile: 'ca.crt', days: 30 } },
      monitoring: { grafana: { password: 'other' } },
    });
    expect(gateway).toMatchObject({ httpPort: 8000, httpsPort: 443, users: [{ name: 'ann', password: null }] });
    expect(gateway.tls).toMatchObject({ caFile: `${ROOT}/ca.crt`, days: 30, key: 'ecdsa-p256' });
    expect(monitoring?.grafana).toEqual({ port: 3000, user: 'admin', password: 'other' });
  });
});

test('an explicit undefined is the same as nothing', () => {
  const nothing: FortressConfig = {
    project: undefined,
    gateway: {
      hosts: undefined,
      httpPort: undefined,
      users: undefined,
      rateLimit: { requestsPerSecond: undefined },
      tls: { days: undefined, caFile: undefined },
    },
    apis: undefined,
    routes: undefined,
    monitoring: {
      bind: undefined,
      retention: undefined,
      grafana: { port: undefined, user: undefined, password: undefined },
    },
    images: { source: undefined, references: { nginx: undefined } },
    templates: undefined,
  };
  expect(resolved(nothing)).toEqual(resolved());
  expect(resolved({ apis: { v1: { replicas: undefined, memory: undefined } } }).apis[0]).toEqual(resolved().apis[0]);
});

test('false switches off and is not merged with a default', () => {
  expect(resolved({ gateway: { rateLimit: false } }).gateway.rateLimit).toBeNull();
  expect(resolved({ monitoring: false }).monitoring).toBeNull();
  expect(resolved({ monitoring: { grafana: false } }).monitoring?.grafana).toBeNull();
  expect(resolved({ preset: 'exam', monitoring: { grafana: false } }).monitoring?.grafana).toBeNull();
});

test('a part of an object keeps the defaults of its other keys', () => {
  expect(resolved({ gateway: { rateLimit: { status: 429 } } }).gateway.rateLimit).toEqual({
    requestsPerSecond: 10,
    burst: 5,
    status: 429,
  });
  expect(resolved({ apis: { v1: { memory: '1g' }, v2: {}, v3: {} } }).apis).toMatchObject([
    { name: 'v1', replicas: 3, debug: false, memory: 1024 ** 3 },
    { name: 'v2', replicas: 1, debug: true },
    { name: 'v3', replicas: 1, debug: false },
  ]);
});

test('hosts are each there once, whatever their case: nginx compares them without', () => {
  expect(resolved({ gateway: { hosts: ['API.example', 'api.example', '::1', '::1'] } }).gateway.hosts).toEqual([
    'api.example',
    '::1',
  ]);
});

test('a certificate is not renewed on the day it was made', () => {
  expect(resolved({ gateway: { tls: { days: 10 } } }).gateway.tls).toMatchObject({
    days: 10,
    renewBeforeDays: 10 / 3,
  });
});

test('paths are relative to the configuration file, and absolute ones stay', () => {
  const { apis, templates } = resolved({
    apis: { v1: { model: '../m/a.onnx' }, v2: { model: '/m/b.onnx' } },
    templates: 't',
  });
  expect(apis.map(({ model }) => model)).toEqual(['/home/ann/m/a.onnx', '/m/b.onnx']);
  expect(templates).toBe(`${ROOT}/t`);
});

describe('contradictions', () => {
  test.each<[FortressConfig, string]>([
    [{ gateway: { httpPort: 443 } }, 'gateway.httpsPort: found 443, which gateway.httpPort has too'],
    [{ gateway: { httpsPort: 3000 } }, 'monitoring.grafana.port: found 3000, which gateway.httpsPort has too'],
    [
      { monitoring: { prometheusPort: 9113 } },
      'monitoring.prometheusPort: found 9113, which monitoring.exporterPort has too',
    ],
  ])('two ports are one: %j', (config, message) => {
    expect(() => resolved(config)).toThrow(message);
  });

  test('a port that is not published is free for another', () => {
    expect(() => resolved({ gateway: { httpsPort: 9090 }, monitoring: false })).not.toThrow();
    expect(() => resolved({ gateway: { httpsPort: 3000 }, monitoring: { grafana: false } })).not.toThrow();
  });

  test('the same user twice, in whichever notation', () => {
    expect(() => resolved({ gateway: { users: ['ann', { name: 'ann', password: 'x' }] } })).toThrow(
      'gateway.users: found the user "ann" twice; expected each once',
    );
  });
});

test.each([
  ['/srv/My Project!', 'my-project'],
  ['/srv/--x--', 'x'],
  ['/srv/Ünï', 'n'],
  ['/srv/模型', 'fortress'],
  ['/', 'fortress'],
  [`/srv/${'a'.repeat(39)}-${'b'.repeat(20)}`, 'a'.repeat(39)],
])('the folder %s gives the project %s', (folder, project) => {
  expect(projectFromFolder(folder)).toBe(project);
  expect(project).toMatch(/^[a-z0-9][a-z0-9_-]{0,39}$/);
});

describe('a certificate of your own', () => {
  const own = { certificate: 'tls/site.pem', certificateKey: '/etc/site.key' };

  test('has absolute paths, and clients trust what is named or the certificate itself', () => {
    expect(resolved({ gateway: { tls: own } }).gateway.tls.own).toEqual({
      certificate: `${ROOT}/tls/site.pem`,
      certificateKey: '/etc/site.key',
      ca: null,
    });
    expect(resolved({ gateway: { tls: { ...own, ca: 'ca.pem' } } }).gateway.tls.own?.ca).toBe(`${ROOT}/ca.pem`);
  });

  test("leaves no copy of fortress's own CA, whatever the preset says", () => {
    expect(resolved({ preset: 'exam', gateway: { tls: own } }).gateway.tls.caFile).toBeNull();
  });

  test.each([
    [{ certificate: 'a.pem' }, 'gateway.tls: found only "certificate"; expected both certificate and certificateKey'],
    [{ certificateKey: 'a.key' }, 'gateway.tls: found only "certificateKey"'],
    [{ ca: 'ca.pem' }, 'gateway.tls.ca: found "ca.pem" without gateway.tls.certificate'],
    [{ ...own, caFile: 'copy.pem' }, 'gateway.tls.caFile: found "copy.pem" beside a certificate of your own'],
  ])('%j is refused', (tls, message) => {
    expect(() => resolved({ gateway: { tls } })).toThrow(message);
  });
});

import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import { adoptConfig } from '../../../src/generations/adopt-config.js';

const config = resolveConfig(
  {
    project: 'shop',
    gateway: { rateLimit: false, tls: { caFile: 'ca.crt' } },
    apis: { v1: { replicas: 5 }, other: { memory: '300m' } },
    routes: [{ to: 'v1' }],
    monitoring: false,
  },
  '/srv/shop',
);

/** As JSON it went to disk and came back. */
const recorded = (): ResolvedConfig => JSON.parse(JSON.stringify(config)) as ResolvedConfig;

test('one of this version and place is what it was', () => {
  expect(adoptConfig(recorded(), '/srv/shop/.fortress')).toEqual(config);
});

test('what an older version did not know has its default; what it knew stays, also what was switched off', () => {
  const old = recorded() as unknown as Record<string, Record<string, unknown>>;
  delete old['images'];
  delete old['gateway']?.['bodyLimit'];
  for (const api of old['apis'] as unknown as Record<string, unknown>[]) delete api['debug'];
  const adopted = adoptConfig(old as unknown as ResolvedConfig, '/srv/shop/.fortress');
  expect(adopted).toEqual({ ...config, apis: config.apis.map((api) => ({ ...api, debug: false })) });
  expect(adopted.gateway.rateLimit).toBeNull();
});

test('places follow the project', () => {
  const adopted = adoptConfig(recorded(), '/home/ana/shop/.fortress');
  expect(adopted).toMatchObject({ root: '/home/ana/shop', stateDir: '/home/ana/shop/.fortress' });
  expect(adopted.gateway.tls.caFile).toBe('/home/ana/shop/ca.crt');
});

test('so do those of a certificate of their own', () => {
  const tls = { certificate: 'own/a.crt', certificateKey: 'own/a.key' };
  const own = resolveConfig({ project: 'shop', gateway: { tls } }, '/srv/shop');
  expect(adoptConfig(own, '/home/ana/shop/.fortress').gateway.tls.own).toEqual({
    certificate: '/home/ana/shop/own/a.crt',
    certificateKey: '/home/ana/shop/own/a.key',
    ca: null,
  });
});

describe('APIs of people’s own', () => {
  const foreign = resolveConfig(
    {
      project: 'shop',
      apis: {
        v1: { build: { context: 'api', args: { A: '1' } }, secrets: { 'key.txt': 'secrets/key', token: '/run/token' } },
        v2: { image: 'example/emotion:1', model: 'model/own.onnx' },
      },
    },
    '/srv/shop',
  );

  test('are what they were: nothing of fortress’s own server is filled in', () => {
    expect(adoptConfig(foreign, '/srv/shop/.fortress')).toEqual(foreign);
    expect(foreign.apis[0]).toMatchObject({ model: null, health: '/health', metrics: null });
  });

  test('are where the project is; what lies outside of it stays, and models keep the path that copies are known by', () => {
    const [v1, v2] = adoptConfig(foreign, '/home/ana/shop/.fortress').apis;
    expect(v1?.backend).toMatchObject({ kind: 'build', context: '/home/ana/shop/api', dockerfile: 'Dockerfile' });
    expect(v1?.secrets).toEqual({ 'key.txt': '/home/ana/shop/secrets/key', token: '/run/token' });
    expect(v2).toMatchObject({ backend: foreign.apis[1]?.backend, model: '/srv/shop/model/own.onnx' });
  });

  test('are not what an older version knew: what it recorded is fortress’s own server', () => {
    const old = recorded();
    const known = ['name', 'model', 'replicas', 'debug', 'memory', 'startTimeout'];
    const apis = old.apis.map((api) => Object.fromEntries(Object.entries(api).filter(([key]) => known.includes(key))));
    const adopted = adoptConfig({ ...old, apis } as unknown as ResolvedConfig, '/srv/shop/.fortress');
    expect(adopted).toEqual(config);
    expect(adopted.apis[0]).toMatchObject({ backend: { kind: 'server' }, health: '/ready', metrics: '/metrics' });
  });
});

import { expect, test } from 'vitest';
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

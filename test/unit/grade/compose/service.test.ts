import { expect, it } from 'vitest';
import {
  buildOf,
  containersOf,
  dependenciesOf,
  hasHealthcheck,
  mountsOf,
  portsOf,
} from '../../../../src/grade/compose/service.js';

it('reads builds, short and long', () => {
  expect(buildOf({ build: './api' })).toEqual({ context: './api', dockerfile: 'Dockerfile', inline: false });
  expect(buildOf({ build: { context: 'x', dockerfile: 'D' } })).toEqual({
    context: 'x',
    dockerfile: 'D',
    inline: false,
  });
  expect(buildOf({ image: 'x' })).toBeNull();
});

it('reads ports, short and long', () => {
  const ports = ['443:8443', '127.0.0.1:9090:9090', '[::1]:80:80/tcp', '53:53/udp', 8000, '3000-3001:3000-3001'];
  expect(portsOf({ ports })).toEqual([
    { address: '', published: 443, target: 8443 },
    { address: '127.0.0.1', published: 9090, target: 9090 },
    { address: '::1', published: 80, target: 80 },
    { address: '', published: null, target: 8000 },
  ]);
  const long = [
    { target: 443, published: '8443', host_ip: '0.0.0.0', protocol: 'tcp' },
    { target: 53, protocol: 'udp' },
  ];
  expect(portsOf({ ports: long })).toEqual([{ address: '0.0.0.0', published: 8443, target: 443 }]);
});

it('reads dependencies, as list and as mapping', () => {
  expect(dependenciesOf({ depends_on: ['a'] })).toEqual([{ service: 'a', condition: null }]);
  expect(dependenciesOf({ depends_on: { a: { condition: 'service_healthy' }, b: null } })).toEqual([
    { service: 'a', condition: 'service_healthy' },
    { service: 'b', condition: null },
  ]);
  expect(dependenciesOf({})).toEqual([]);
});

it.each([
  [{}, null],
  [{ healthcheck: { test: 'curl -f x' } }, true],
  [{ healthcheck: { test: ['CMD', 'x'], interval: '5s' } }, true],
  [{ healthcheck: { test: ['NONE'] } }, false],
  [{ healthcheck: { test: ['CMD', 'x'], disable: true } }, false],
])('reads health checks: %j', (service, expected) => {
  expect(hasHealthcheck(service)).toBe(expected);
});

it('reads mounts, short and long', () => {
  const volumes = [
    './a:/a:ro',
    'name:/b',
    '/anonymous',
    '${DIR:-./x}:/c',
    { type: 'bind', source: '/s', target: '/t', read_only: true },
  ];
  expect(mountsOf({ volumes })).toEqual([
    { type: 'bind', source: './a', target: '/a', readOnly: true },
    { type: 'volume', source: 'name', target: '/b', readOnly: false },
    { type: 'volume', source: '', target: '/anonymous', readOnly: false },
    { type: 'bind', source: '${DIR:-./x}', target: '/c', readOnly: false },
    { type: 'bind', source: '/s', target: '/t', readOnly: true },
  ]);
});

it.each([
  [{}, 1],
  [{ scale: 3 }, 3],
  [{ deploy: { replicas: '4' } }, 4],
  [{ scale: 2, deploy: { replicas: 9 } }, 9],
  [{ scale: '${N}', deploy: { replicas: 0 } }, 1],
])('counts containers: %j', (service, expected) => {
  expect(containersOf(service)).toBe(expected);
});

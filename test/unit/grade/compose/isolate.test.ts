import { describe, expect, it } from 'vitest';
import { parseCompose } from '../../../../src/grade/compose/document.js';
import { isolate } from '../../../../src/grade/compose/isolate.js';

const isolated = (yaml: string) =>
  isolate(parseCompose(yaml, 'compose.yaml'), (service) => `own-${service}`) as {
    services: Record<string, Record<string, unknown>>;
    networks: Record<string, unknown>;
    volumes: Record<string, unknown>;
    name?: unknown;
  };

describe('names that others on this machine may have too', () => {
  it('of networks, volumes and the project are dropped', () => {
    const { networks, volumes, name } = isolated(`
name: mine
services: { a: { image: x } }
networks: { n: { name: shared, internal: true } }
volumes: { v: { name: precious } }`);
    expect({ networks, volumes, name }).toEqual({
      networks: { n: { internal: true } },
      volumes: { v: {} },
      name: undefined,
    });
  });

  it('of containers become aliases', () => {
    const { services } = isolated(`
services:
  a: { image: x, container_name: gateway }
  b: { image: x, container_name: api, networks: { n: { aliases: [other] }, m: } }
  c: { image: x, container_name: lone, network_mode: none }`);
    expect(services['a']).toMatchObject({ networks: { default: { aliases: ['gateway'] } } });
    expect(services['b']).toMatchObject({ networks: { n: { aliases: ['other', 'api'] }, m: { aliases: ['api'] } } });
    expect(services['c']).not.toHaveProperty('networks');
    expect(services['a']).not.toHaveProperty('container_name');
  });

  it('of images that it builds, wherever they are used', () => {
    const { services } = isolated(`
services:
  a: { build: { context: /x, tags: ["python:3"] }, image: "nginx:latest" }
  b: { image: "nginx:latest" }
  c: { image: "redis:7" }`);
    expect(services['a']).toMatchObject({ build: { context: '/x' } });
    expect(services['a']).not.toHaveProperty('image');
    expect(services['a']?.['build']).not.toHaveProperty('tags');
    expect([services['b']?.['image'], services['c']?.['image']]).toEqual(['own-a', 'redis:7']);
  });
});

it('mounts a folder read-only that holds the mount of another container', () => {
  const { services } = isolated(`
services:
  a: { image: x, volumes: [{ type: bind, source: /s, target: /app }] }
  b: { image: x, volumes: [{ type: bind, source: /s/conf, target: /c }, { type: bind, source: /sibling, target: /d }] }`);
  expect(services['a']?.['volumes']).toEqual([{ type: 'bind', source: '/s', target: '/app', read_only: true }]);
  expect(services['b']?.['volumes']).toEqual([
    { type: 'bind', source: '/s/conf', target: '/c' },
    { type: 'bind', source: '/sibling', target: '/d' },
  ]);
});

it('limits what sets no limits', () => {
  const { services } = isolated(`
services:
  a: { image: x }
  b: { image: x, deploy: { resources: { limits: { memory: 1g } } } }`);
  expect(services['a']).toMatchObject({ mem_limit: '2g', pids_limit: 1024 });
  expect(services['b']).not.toHaveProperty('mem_limit');
});

import { describe, expect, it } from 'vitest';
import { parseCompose } from '../../../../src/grade/compose/document.js';
import { isolate } from '../../../../src/grade/compose/isolate.js';

const isolated = (yaml: string, links: Record<string, string> = {}) =>
  isolate(parseCompose(yaml, 'compose.yaml'), {
    defaultImage: (service) => `own-${service}`,
    realPath: (path) => links[path] ?? path,
  }) as {
    services: Record<string, Record<string, unknown>>;
    networks: Record<string, unknown>;
    volumes: Record<string, unknown>;
    secrets: Record<string, unknown>;
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

describe('a folder from which a mount could be replaced is read-only', () => {
  const WRITER = 'a: { image: x, volumes: [{ type: bind, source: /s/data, target: /data }] }';
  const READ_ONLY = [{ type: 'bind', source: '/s/data', target: '/data', read_only: true }];

  it.each(['secrets', 'configs'])('where it holds a file of %s', (section) => {
    const { services } = isolated(`services: { ${WRITER} }\n${section}: { c: { file: /s/data/s } }`);
    expect(services['a']?.['volumes']).toEqual(READ_ONLY);
  });

  it('where a mount leads there by a link, and the mount is made without it', () => {
    const { services, secrets } = isolated(
      `
services:
  ${WRITER}
  b: { image: x, volumes: ["/s/alias/t:/t:ro"] }
secrets: { c: { file: /s/alias/s } }`,
      { '/s/alias/t': '/s/data/t', '/s/alias/s': '/s/data/s' },
    );
    expect(services['a']?.['volumes']).toEqual(READ_ONLY);
    expect(services['b']?.['volumes']).toEqual(['/s/data/t:/t:ro']);
    expect(secrets['c']).toEqual({ file: '/s/data/s' });
  });

  it('in the short form too', () => {
    const { services } = isolated(`
services:
  a: { image: x, volumes: ["/s/data:/data", "/s/other:/o:z", "/s/x:/x:rw"] }
  b: { image: x, volumes: ["/s/data/t:/t:ro,z"] }`);
    expect(services['a']?.['volumes']).toEqual(['/s/data:/data:ro', '/s/other:/o:z,rw', '/s/x:/x:rw']);
    expect(services['b']?.['volumes']).toEqual(['/s/data/t:/t:z,ro']);
  });

  it('and not where both mount the very same, which no container can replace', () => {
    const { services } = isolated(`
services:
  ${WRITER}
  b: { image: x, volumes: [{ type: bind, source: /s/data, target: /other }] }`);
    expect(services['a']?.['volumes']).toEqual([{ type: 'bind', source: '/s/data', target: '/data' }]);
  });
});

it('leaves out files that compose would read again while containers run', () => {
  const { services } = isolated('services: { a: { image: x, env_file: [/s/.env], label_file: /s/labels } }');
  expect(Object.keys(services['a'] ?? {})).not.toEqual(expect.arrayContaining(['env_file']));
  expect(Object.keys(services['a'] ?? {})).not.toEqual(expect.arrayContaining(['label_file']));
});

import { describe, expect, test } from 'vitest';
import type { Imported } from '../../../../src/import/import-project.js';
import { foreign, imagesNamed, nginxWith, whyLeft } from '../foreign.js';
import { importOf, leftIn } from '../project.js';

const CANARY = nginxWith(
  'proxy_pass http://models;',
  'upstream models { server stable:80 weight=9; server canary:80; }',
);

const twins = (stable: string, canary: string): Imported =>
  foreign(`  stable: { build: ./api, ${stable} }\n  canary: { build: ./api, ${canary} }\n`, CANARY, {
    'api/Dockerfile': 'FROM python:3.13-slim\n',
    'm1/a.pkl': '',
    'm2/a.pkl': '',
  });

describe('services of one build that are run in different ways are different APIs', () => {
  test('each with its model, and the weight of its server', () => {
    const { config } = twins("volumes: ['./m1/a.pkl:/m/a.pkl']", "volumes: ['./m2/a.pkl:/m/a.pkl']");
    expect(config.apis).toMatchObject({
      stable: { model: './m1/a.pkl', replicas: 1 },
      canary: { model: './m2/a.pkl', replicas: 1 },
    });
    expect(config.routes).toEqual([{ weight: 10, to: 'canary' }, { to: 'stable' }]);
  });

  test.each([
    ['limits', 'mem_limit: 1g', 'mem_limit: 2g'],
    ['users', "user: '1000'", "user: '1001'"],
    ['files of secrets', 'secrets: [a]', 'secrets: [b]'],
    ['variables', 'environment: { MODEL: a }', 'environment: [MODEL=b]'],
    ['programs', 'entrypoint: [a]', 'entrypoint: [b]'],
  ])('%s', (_name, stable, canary) => {
    expect(Object.keys(twins(stable, canary).config.apis ?? {})).toEqual(['stable', 'canary']);
  });

  test('names, networks and the order of variables make no difference', () => {
    const { config } = twins(
      'container_name: a, networks: [x], environment: { A: 1, B: 2 }, restart: always',
      'container_name: b, networks: [y], environment: [B=2, A=1], depends_on: [stable]',
    );
    expect(config.apis).toMatchObject({ stable: { replicas: 2 } });
  });

  test('a rule that leads to several of them is told', () => {
    const imported = foreign(
      `${imagesNamed('usual', 'one', 'two')}`,
      nginxWith(
        'proxy_pass http://$to;',
        'upstream both { server one:80; server two:80 weight=3; } upstream usual { server usual:80; } map $http_x_a $to { default usual; yes both; }',
      ),
    );
    expect(imported.config.routes).toEqual([{ header: 'X-A', value: 'yes', to: 'two' }, { to: 'usual' }]);
    expect(whyLeft(imported, 'the shares of two, one in both')).toBe(
      'a route leads to one API: all these requests go to two',
    );
  });
});

describe('an API without an image of its own', () => {
  const predict = nginxWith('proxy_pass http://api-v1:8000;');

  test.each([
    ["'${REGISTRY}/emotion:${TAG}'", 'nothing in the project says what REGISTRY, TAG is'],
    ["'example/emotion:${TAG}'", 'nothing in the project says what TAG is'],
    ["'example/emotion:'", 'example/emotion: is no reference of an image'],
  ])('%s is never replaced by the model server of fortress', (image, why) => {
    const imported = foreign(`  api-v1: { image: ${image} }\n`, predict);
    expect(imported.config.apis).toMatchObject({ v1: { image: 'name-it.invalid/api-v1', port: 8000 } });
    expect(imported.left).toContainEqual(
      expect.objectContaining({
        what: 'the image of api-v1',
        where: ['docker-compose.yml:2'],
        why: `${why}; name-it.invalid/api-v1 stands in its place, which nobody has`,
      }),
    );
    expect(imported.carried.map(({ key }) => key)).not.toContain('apis.v1');
  });

  test('nor is one that takes all from elsewhere', () => {
    const imported = foreign('  api-v1: { extends: { file: base.yml, service: api } }\n', predict);
    expect(imported.config.apis?.['v1']?.image).toBe('name-it.invalid/api-v1');
    expect(leftIn(imported)).toContain('the image of api-v1');
  });

  test('what .env or a default says is known', () => {
    const imported = foreign("  api-v1: { image: '${REGISTRY:-ghcr.io/me}/emotion:${TAG}' }\n", predict, {
      '.env': 'TAG=3\n',
    });
    expect(imported.config.apis?.['v1']?.image).toBe('ghcr.io/me/emotion:3');
    expect(leftIn(imported)).not.toContain('the image of api-v1');
  });
});

const single = (settings: string): Imported =>
  foreign(`  api: { image: 'example/api:1', ${settings} }\n`, nginxWith('proxy_pass http://api:8000;'));

describe('limits and devices', () => {
  test.each([
    ['mem_limit: 10m', { memory: '64m' }, 'memory 10m of api', 'fortress gives from 64m to 1024g: 64m'],
    ['mem_limit: 1000000k', { memory: '977m' }, 'memory 1000000k of api', 'fortress counts whole MiB: 977m'],
    ["cpus: '0.001'", {}, 'cpus 0.001 of api', 'fortress gives from 0.01 to 1024; without, all processors'],
    ['pids_limit: 4', { pids: 8 }, 'pids_limit 4 of api', 'fortress gives from 8 to 100000: 8'],
    ['pids_limit: -1', {}, 'pids_limit -1 of api', 'fortress gives from 8 to 100000; without a number, 128'],
  ])('%s is told with both values', (settings, expected, what, why) => {
    const imported = single(settings);
    const { memory, cpus, pids } = imported.config.apis?.['api'] ?? {};
    expect({ memory, cpus, pids }).toEqual(expect.objectContaining(expected));
    expect(whyLeft(imported, what)).toBe(why);
  });

  test('those that fit are carried over', () => {
    const imported = single('mem_limit: 1g, deploy: { resources: { limits: { pids: 512 } } }');
    expect(imported.config.apis?.['api']).toMatchObject({ memory: '1024m', pids: 512 });
    expect(leftIn(imported).filter((what) => /memory|pids/.test(what))).toEqual([]);
  });

  test.each([
    'deploy: { resources: { reservations: { devices: [{ driver: nvidia, count: 1, capabilities: [gpu] }] } } }',
    'gpus: all',
  ])('%s is told', (settings) => {
    expect(whyLeft(single(settings), 'GPUs and other devices of api')).toBe(
      'fortress gives no devices to its containers',
    );
  });
});

describe('values that are secrets, whatever their name', () => {
  test.each([
    'postgres://u:hunter2@host/db',
    'sk-proj-4f9aA8b7C6d5E4f3',
    'ghp_0123456789abcdefghij0123456789abcdef',
    'AKIAIOSFODNN7EXAMPLE',
    'Bearer abcdef0123456789',
    '-----BEGIN PRIVATE KEY-----',
    'Server=h;Password=hunter2;',
  ])('%s is neither written nor shown', (value) => {
    const imported = single(`environment: { WHERE: ${JSON.stringify(value)}, LEVEL: low }`);
    expect(imported.config.apis?.['api']?.env).toEqual({ LEVEL: 'low' });
    expect(leftIn(imported)).toContain('WHERE of api');
    expect(JSON.stringify(imported)).not.toContain(JSON.stringify(value).slice(1, -1));
  });

  test('tokens of texts are none', () => {
    const env = { MAX_NEW_TOKENS: '64', TOKENIZERS_PARALLELISM: 'false', TOKENIZER: 'bert' };
    expect(single(`environment: ${JSON.stringify(env)}`).config.apis?.['api']?.env).toEqual(env);
    expect(leftIn(single('environment: { API_TOKENS: a, TOKEN: b }'))).toEqual(
      expect.arrayContaining(['API_TOKENS of api', 'TOKEN of api']),
    );
  });

  test('an argument of a build, and its context', () => {
    const imported = foreign(
      "  api: { build: { context: 'https://me:hunter2@git.example/x.git', args: { FROM: 'https://me:hunter2@pypi.example', TOKEN: hunter2, A: b } } }\n",
      nginxWith('proxy_pass http://api:8000;'),
    );
    expect(imported.config.apis?.['api']?.build).toEqual({ context: 'https://git.example/x.git', args: { A: 'b' } });
    expect(leftIn(imported)).toEqual(
      expect.arrayContaining([
        'the build argument FROM of api',
        'the build argument TOKEN of api',
        'the context of api',
      ]),
    );
    expect(JSON.stringify(imported)).not.toContain('hunter2');
  });

  test.each(['http://host:8000/a@b', 'sk-learn-classifier', 'a bearer of news', 'redis://cache:6379/0'])(
    '%s is none',
    (value) => {
      expect(single(`environment: { WHERE: '${value}' }`).config.apis?.['api']?.env).toEqual({ WHERE: value });
    },
  );
});

test('routes to APIs that are too many are left out with them', () => {
  const names = Array.from({ length: 15 }, (_, index) => `s${index}`);
  const imported = foreign(
    imagesNamed(...names),
    nginxWith(
      'proxy_pass http://$to:80;',
      `map $http_x_a $to { default s0; ${names.map((name) => `k-${name} ${name};`).join(' ')} }`,
    ),
  );
  expect(Object.keys(imported.config.apis ?? {})).toHaveLength(12);
  expect(imported.config.routes).toHaveLength(12);
  expect(leftIn(imported).filter((what) => /^the API s1[234]$/.test(what))).toEqual([
    'the API s12',
    'the API s13',
    'the API s14',
  ]);
  expect(leftIn(imported)).toContain('the rule X-A: k-s14');
});

test('what nginx has no part in is not told as if it had', () => {
  const imported = importOf({
    'docker-compose.yml': 'services: { traefik: { image: traefik }, api: { build: . } }',
    Dockerfile: 'FROM python\n',
  });
  expect(imported.config.gateway).not.toHaveProperty('rateLimit');
  expect(whyLeft(imported, 'which API answers')).toBe(
    'no configuration of nginx says so; api looks like an API, and all requests go to api',
  );
});

test.each(['/srv/Dockerfile', '../other.Dockerfile'])('a Dockerfile at %s is told, and stops nothing', (dockerfile) => {
  const imported = foreign(
    `  api: { build: { context: ./api, dockerfile: ${dockerfile} } }\n`,
    nginxWith('proxy_pass http://api:80;'),
  );
  expect(whyLeft(imported, 'the Dockerfile of api')).toBe('it lies outside of its context');
  expect(imported.config.apis?.['api']?.build).not.toMatchObject({ dockerfile });
});

import { describe, expect, test } from 'vitest';
import type { Imported } from '../../../../src/import/import-project.js';
import { foreign, imagesNamed, nginxWith, whyLeft } from '../foreign.js';
import { leftIn } from '../project.js';

const UPSTREAMS = 'upstream v1 { server api-v1:80; } upstream v2 { server api-v2:80; }';
const two = (nginx: string): Imported => foreign(imagesNamed('api-v1', 'api-v2'), nginx);
const led = (http: string): Imported => two(nginxWith('proxy_pass http://$to;', `${UPSTREAMS} ${http}`));
const asked = (condition: string): Imported =>
  two(nginxWith(`if (${condition}) { proxy_pass http://v2; } proxy_pass http://v1;`, UPSTREAMS));
const WHY = /no request is passed on to it|none that docker-compose.yml runs/;
const untrue = ({ left }: Imported): string[] => left.map(({ why }) => why).filter((why) => WHY.test(why));

describe('shares of the clients', () => {
  test('the last one counts as the rest', () => {
    const imported = led('split_clients $remote_addr $to { 50% v1; 50% v2; }');
    expect(imported.config.routes).toEqual([{ weight: 50, to: 'v1' }, { to: 'v2' }]);
    expect(imported.config.apis).toMatchObject({
      v1: { image: 'example/api-v1:1' },
      v2: { image: 'example/api-v2:1' },
    });
    expect(untrue(imported)).toEqual([]);
  });

  test('clients that are left with nothing are told', () => {
    const imported = led('split_clients $remote_addr $to { 30% v1; 50% v2; }');
    expect(imported.config.routes).toEqual([{ weight: 30, to: 'v1' }, { to: 'v2' }]);
    expect(whyLeft(imported, '20 % of the clients, to which no share belongs')).toMatch(
      /^nginx answers them with an error/,
    );
  });

  test.each([
    ['99.9% v1; * v2;', 99, 'a share of 99.9 % for v1'],
    ['0.4% v1; 99.6% v2;', 1, 'a share of 0.4 % for v1'],
  ])('%s is told in whole percents', (shares, weight, what) => {
    const imported = led(`split_clients $remote_addr $to { ${shares} }`);
    expect(imported.config.routes).toEqual([{ weight, to: 'v1' }, { to: 'v2' }]);
    expect(whyLeft(imported, what)).toBe(`fortress shares clients out by whole percents, from 1 to 99: ${weight}`);
  });

  test('those of an upstream are shares of what is over', () => {
    const imported = led(
      'upstream both { server api-v1:80; server api-v2:80; } split_clients $remote_addr $to { 20% v2; * both; }',
    );
    expect(imported.config.routes).toEqual([{ weight: 20, to: 'v2' }, { weight: 40, to: 'v2' }, { to: 'v1' }]);
  });

  test('with all of the clients, nothing is over for another', () => {
    expect(led('split_clients $remote_addr $to { 100% v1; * v2; }').config.routes).toEqual([{ to: 'v1' }]);
  });
});

describe('values of a header', () => {
  test('any value that leads elsewhere is told, and so is who gets no request any more', () => {
    const imported = led('map $http_x_group $to { default v2; "" v1; }');
    expect(imported.config.routes).toEqual([{ to: 'v1' }]);
    expect(whyLeft(imported, 'X-Group: any other value, which leads to v2')).toMatch(/exact values/);
    expect(whyLeft(imported, 'the service api-v2 (example/api-v2:1)')).toBe(
      'nginx names it as a server (nginx.conf:3); no route of fortress.config.ts leads to it',
    );
  });

  test('a value that leads where any other does is a rule where none leads elsewhere', () => {
    const imported = led('map $http_x_group $to { default v2; "" v1; debug v2; }');
    expect(imported.config.routes).toEqual([{ header: 'X-Group', value: 'debug', to: 'v2' }, { to: 'v1' }]);
  });

  test('a request that nginx answers with an error is told', () => {
    const imported = led('map $http_x_group $to { debug v2; usual v1; }');
    expect(imported.config.routes).toEqual([
      { header: 'X-Group', value: 'debug', to: 'v2' },
      { header: 'X-Group', value: 'usual', to: 'v1' },
      { to: 'v2' },
    ]);
    expect(leftIn(imported)).toContain('requests that no rule names');
  });

  test.each([
    ['X-Api-Key', 'map $http_x_api_key $to { default v1; hunter2 v2; }'],
    ['Authorization', 'map $http_authorization $to { default v1; hunter2 v2; }'],
    ['X-Group', 'map $http_x_group $to { default v1; ghp_0123456789abcdefghijhunter2 v2; }'],
  ])('a secret in %s is neither written nor shown', (header, http) => {
    const imported = led(http);
    expect(imported.config.routes).toEqual([{ to: 'v1' }]);
    expect(leftIn(imported)).toContain(`a rule by ${header}`);
    expect(JSON.stringify(imported)).not.toContain('hunter2');
  });

  test('nor is one that an if asks for, nor a value that no rule could have', () => {
    expect(leftIn(asked('$http_x_api_key = hunter2'))).toContain('a rule by X-Api-Key');
    expect(JSON.stringify(asked('$http_x_api_key = hunter2'))).not.toContain('hunter2');
    expect(asked('$http_x_group = "a b"').config.routes).toEqual([{ to: 'v1' }]);
  });
});

test('where it leads by something else is told as it is', () => {
  const imported = led('map "$http_a:$http_b" $to { default v1; "1:2" v2; }');
  expect(imported.config.apis).toMatchObject({ v1: { port: 80 }, v2: { port: 80 } });
  expect(imported.config.routes).toEqual([{ to: 'v1' }]);
  expect(whyLeft(imported, 'which API answers')).toBe(
    'nginx passes requests on to api-v1, api-v2, and when to which cannot be told; all requests go to api-v1',
  );
  expect(untrue(imported)).toEqual([]);
});

describe('other paths, servers and stand-ins', () => {
  test('versions by path', () => {
    const imported = two(
      'http { server { listen 443 ssl; location /v1/ { proxy_pass http://api-v1:80/; } location /v2/ { proxy_pass http://api-v2:80/; } } }',
    );
    expect(imported.config.routes).toEqual([{ to: 'v1' }]);
    expect(whyLeft(imported, 'paths that lead elsewhere: /v2/ to api-v2')).toBe(
      'the gateway passes on /predict, /v2/…, /docs and /openapi.json to the APIs that routes name',
    );
    expect(leftIn(imported)).toContain('predictions at /v1/');
    expect(untrue(imported)).toEqual([]);
  });

  test('other hosts, with what they listen on', () => {
    const imported = two(
      'http { server { listen 443 ssl; server_name a.example; location /predict { proxy_pass http://api-v1:80; } }\nserver { listen 8443 ssl; server_name b.example; location /predict { proxy_pass http://api-v2:80; } }\nserver { listen 80; server_name a.example c.example; return 301 https://$host$request_uri; } }',
    );
    expect(imported.config.gateway?.hosts).toEqual(['a.example']);
    expect(imported.left).toContainEqual(
      expect.objectContaining({
        what: 'another server: b.example, listen 8443 ssl',
        where: ['nginx.conf:2'],
        why: 'the gateway is one server, that of nginx.conf:1; this one has /predict',
      }),
    );
    expect(leftIn(imported)).toContain('server_name c.example');
    expect(untrue(imported)).toEqual([]);
  });

  test('the port of the server that predictions are asked of is that of the gateway', () => {
    const nginx =
      'http { server { listen 8443 ssl; location / { proxy_pass http://api-v2:80; } } server { listen 443 ssl; location /predict { proxy_pass http://api-v1:80; } } }';
    const imported = foreign(
      `${imagesNamed('api-v1', 'api-v2')}  edge: { image: 'nginx:1', ports: ['8443:8443', '9443:443'], volumes: ['./nginx.conf:/etc/nginx/nginx.conf'] }\n`,
      nginx,
    );
    expect(imported.config.gateway?.httpsPort).toBe(9443);
  });

  test('a server that stands by', () => {
    const imported = two(
      nginxWith('proxy_pass http://both;', 'upstream both { server api-v1:80; server api-v2:80 backup; }'),
    );
    expect(imported.config.routes).toEqual([{ to: 'v1' }]);
    expect(whyLeft(imported, 'server api-v2:80 backup')).toBe('no API of fortress stands by for another one');
    expect(untrue(imported)).toEqual([]);
  });
});

test.each(['if ($http_x_key_id = "") { return 400; }', 'if ($http_x_group = old) { return 410; }'])(
  '%s is told',
  (condition) => {
    const imported = two(nginxWith(`${condition} proxy_pass http://v1;`, UPSTREAMS));
    expect(leftIn(imported)).toContain('other directives: if');
  },
);

test('where predictions leave the project, what looks like an API comes before what nginx names', () => {
  const imported = foreign(
    imagesNamed('web', 'api'),
    'http { server { listen 443 ssl; location / { proxy_pass http://web:80; } location /predict { proxy_pass http://model.example; } } }',
  );
  expect(imported.config.routes).toEqual([{ to: 'api' }]);
  expect(whyLeft(imported, 'which API answers')).toBe(
    'nginx passes predictions on to none that docker-compose.yml runs; api looks like an API, and all requests go to api',
  );
});

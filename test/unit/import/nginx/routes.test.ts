import { expect, test } from 'vitest';
import { importOf, leftIn, PROJECT } from '../project.js';

/** A gateway with these parts of `http`, and this in the location of predictions. */
const gateway = (http: string, location: string): ReturnType<typeof importOf> =>
  importOf({
    ...PROJECT,
    'deployments/nginx/nginx.conf': `events {} http { ${http}
      upstream one { server api-v1:8000; } upstream two { server api-v2:9000; }
      server { listen 443 ssl; ${location.includes('location') ? location : `location /predict { ${location} }`} } }`,
  });

const DEBUG = [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }, { to: 'v1' }];

test.each([
  ['a map', 'map $http_x_experiment_group $arm { default one; debug two; }', 'proxy_pass http://$arm;'],
  [
    'with the scheme in it',
    'map $http_x_experiment_group $arm { default http://one; debug http://two; }',
    'proxy_pass $arm;',
  ],
  [
    'of a map',
    'map $http_x_experiment_group $is { debug 1; default 0; } map $is $arm { 1 two; 0 one; }',
    'proxy_pass http://$arm;',
  ],
  [
    'set and if',
    '',
    'set $arm one; if ($http_x_experiment_group = "debug") { set $arm two; } proxy_pass http://$arm$request_uri;',
  ],
  [
    'if with its own proxy_pass',
    '',
    'if ($http_x_experiment_group = debug) { proxy_pass http://two; break; } proxy_pass http://one;',
  ],
  [
    'an error page',
    '',
    'error_page 418 = @two; location @two { proxy_pass http://two; } location /predict { if ($http_x_experiment_group ~ ^debug$) { return 418; } proxy_pass http://one; }',
  ],
])('%s leads by a header', (_name, http, location) => {
  expect(gateway(http, location).config.routes).toEqual(DEBUG);
});

test('shares of the clients, also behind a header', () => {
  const http =
    'split_clients $remote_addr $drawn { 10% two; * one; } map $http_x_experiment_group $arm { debug two; default $drawn; }';
  expect(gateway(http, 'proxy_pass http://$arm;').config.routes).toEqual([
    DEBUG[0],
    { weight: 10, to: 'v2' },
    { to: 'v1' },
  ]);
});

test('a header that is asked when another says nothing comes behind it', () => {
  const http =
    'map $http_x_beta $later { yes two; default one; } map $http_x_experiment_group $arm { debug two; default $later; }';
  expect(gateway(http, 'proxy_pass http://$arm;').config.routes).toEqual([
    DEBUG[0],
    { header: 'X-Beta', value: 'yes', to: 'v2' },
    { to: 'v1' },
  ]);
});

test('different APIs in one upstream share by weight and replicas', () => {
  const imported = gateway(
    'upstream both { server api-v1:8000; server api-v2:9000 weight=3; }',
    'proxy_pass http://both;',
  );
  expect(imported.config.routes).toEqual([{ weight: 50, to: 'v2' }, { to: 'v1' }]);
  expect(leftIn(imported)).toContain('weights of servers');
});

test('what takes more than the exact value is told', () => {
  const { left } = gateway(
    'map $http_x_experiment_group $arm { default one; debug two; ~^beta. two; }',
    'proxy_pass http://$arm;',
  );
  expect(left.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['X-Experiment-Group: debug whatever its upper and lower case', 'the rule ~^beta. two']),
  );
});

test('where it leads by a cookie cannot be told', () => {
  const imported = gateway('map $cookie_arm $arm { default one; debug two; }', 'proxy_pass http://$arm;');
  expect(imported.config.routes).toEqual([{ to: 'v1' }]);
  expect(leftIn(imported)).toContain('proxy_pass http://$arm');
});

test('a path that the API does not get is told', () => {
  expect(leftIn(gateway('', 'proxy_pass http://one/api/infer;'))).toContain(
    'proxy_pass http://one/api/infer turns /predict into /api/infer',
  );
});

test('includes are followed inside of the project', () => {
  const files = {
    ...PROJECT,
    'docker-compose.yml': `${PROJECT['docker-compose.yml']}`.replace(
      "ports: ['8080:80', '443:443']",
      "ports: ['8080:80', '443:443']\n    volumes: ['./parts:/etc/nginx/parts']",
    ),
    'deployments/nginx/nginx.conf': 'http { include parts/*.conf; include missing.conf; include mime.types; }',
    'parts/a.conf': 'upstream one { server api-v1:8000; }',
    'parts/b.conf': 'server { listen 443 ssl; location /predict { proxy_pass http://one; } }',
  };
  const imported = importOf(files);
  expect(imported.config.routes).toEqual([{ to: 'v1' }]);
  expect(leftIn(imported).filter((what) => what.startsWith('include'))).toEqual(['include /etc/nginx/missing.conf']);
});

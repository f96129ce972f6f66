import { describe, expect, test } from 'vitest';
import type { Imported } from '../../../../src/import/import-project.js';
import { foreign, imagesNamed, nginxWith, whyLeft } from '../foreign.js';
import { importOf, leftIn } from '../project.js';

const served = (location: string): Imported =>
  foreign(imagesNamed('api'), nginxWith(`${location} proxy_pass http://api:80;`));

describe('how long the gateway waits', () => {
  test.each([
    ['proxy_read_timeout 600s', 'fortress waits 10s for an answer: a slower model gets 504'],
    ['proxy_read_timeout 5m', 'fortress waits 10s for an answer: a slower model gets 504'],
    ['proxy_connect_timeout 30', 'fortress waits 1s for a connection, then asks another replica'],
    ['proxy_send_timeout 2m', 'fortress waits 60s while it sends a request'],
  ])('%s is told', (directive, why) => {
    const imported = served(`${directive};`);
    expect(whyLeft(imported, directive)).toBe(why);
  });

  test('shorter ones are not', () => {
    const imported = served('proxy_read_timeout 5s; proxy_connect_timeout 500ms; proxy_send_timeout 60;');
    expect(leftIn(imported).filter((what) => /timeout/.test(what))).toEqual([]);
  });
});

const header = (value: string): Imported => served(`add_header Strict-Transport-Security "${value}" always;`);

describe('HSTS', () => {
  test('a short one is not made two years', () => {
    const imported = header('max-age=60');
    expect(imported.config.gateway?.tls?.hsts).toBeUndefined();
    expect(whyLeft(imported, 'Strict-Transport-Security: max-age=60')).toBe(
      'fortress says max-age=63072000, two years, or nothing; nothing is less',
    );
  });

  test('another long one is told', () => {
    const imported = header('max-age=31536000; includeSubDomains');
    expect(imported.config.gateway?.tls?.hsts).toBe(true);
    expect(whyLeft(imported, 'Strict-Transport-Security: max-age=31536000; includeSubDomains')).toBe(
      'fortress says max-age=63072000, two years, of the host alone',
    );
  });

  test('its own is carried over', () => {
    const imported = header('max-age=63072000');
    expect(imported.config.gateway?.tls?.hsts).toBe(true);
    expect(leftIn(imported).filter((what) => /Strict/.test(what))).toEqual([]);
  });
});

const published = (ports: string): Imported =>
  importOf({
    'docker-compose.yml': `services:\n${imagesNamed('api')}  nginx: { image: nginx, ports: ${ports}, volumes: ['./nginx.conf:/etc/nginx/nginx.conf'] }\n`,
    'nginx.conf': `http { server { listen 80; return 301 https://$host; } ${nginxWith('proxy_pass http://api:80;').replaceAll(/events \{\}|http \{|\}\s*$/g, '')} }`,
  });

test.each(["['0:80', '443:443']", "['80', '443:443']"])('%s: a port that the engine chooses is told', (ports) => {
  const imported = published(ports);
  expect(imported.config.gateway).toMatchObject({ httpsPort: 443 });
  expect(imported.config.gateway).not.toHaveProperty('httpPort');
  expect(whyLeft(imported, 'port 80 of nginx, published on any free one')).toBe(
    'fortress publishes ports that are named in its configuration',
  );
});

test("OpenResty's own file is the gateway's", () => {
  const imported = importOf({
    'docker-compose.yml': `services:\n${imagesNamed('api')}  edge: { image: 'openresty/openresty:alpine', ports: ['443:443'], volumes: ['./conf/nginx.conf:/usr/local/openresty/nginx/conf/nginx.conf', './parts:/usr/local/openresty/nginx/conf/parts'] }\n`,
    'conf/nginx.conf': 'http { include parts/*.conf; }',
    'parts/a.conf': 'server { listen 443 ssl; location /predict { proxy_pass http://api:80; } }',
    'old/nginx.conf': 'http { server { listen 1; } }',
  });
  expect(imported.config.routes).toEqual([{ to: 'api' }]);
  expect(leftIn(imported)).not.toContain('the gateway');
});

test('monitoring on a port that the engine chooses is no error', () => {
  const imported = importOf({
    'docker-compose.yml': "services: { prometheus: { image: prom/prometheus, ports: ['0:9090'] } }",
  });
  expect(imported.config.monitoring).not.toHaveProperty('prometheusPort');
});

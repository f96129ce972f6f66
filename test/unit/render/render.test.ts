import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ServiceFile } from '../../../src/stack/stack.js';
import { MATERIALS, renderService, replica, textOf } from './fixture.js';

test('the gateway gets its configuration, certificate, key and users; a change of content is a change of hash', () => {
  const files = renderService({}, 'gateway');
  expect(files.map(({ path, secret }) => [path, secret])).toEqual([
    ['nginx.conf', false],
    ['server.crt', false],
    ['server.key', true],
    ['htpasswd', true],
    ['probe.conf', true],
  ]);
  expect(textOf(files, 'server.key')).toBe(MATERIALS.key);
  for (const { content, hash, secret } of files) {
    const hasher = secret ? createHmac('sha256', MATERIALS.hashKey) : createHash('sha256');
    expect(hash).toBe(hasher.update(String(content)).digest('hex'));
  }
});

test('what exempts from the rate limit is in a secret file alone, and in none where there is no limit', () => {
  const files = renderService({}, 'gateway');
  expect(textOf(files, 'probe.conf')).toBe(`"${MATERIALS.probeToken}" "";\n`);
  expect(files.filter(({ content }) => String(content).includes(MATERIALS.probeToken))).toHaveLength(1);
  const unlimited = renderService({ gateway: { rateLimit: false } }, 'gateway');
  expect(unlimited.filter(({ content }) => String(content).includes(MATERIALS.probeToken))).toEqual([]);
});

test('an API gets its model by reference, never as text', () => {
  expect(renderService({}, 'api-v2')).toEqual([
    { path: 'model.onnx', content: { source: '/srv/shop/model/model.onnx' }, hash: 'hash of the model', secret: false },
    {
      path: 'model.json',
      content: { source: '/srv/shop/model/model.json' },
      hash: 'hash of its description',
      secret: false,
    },
  ]);
});

const gatewayWith = (v1: string): ServiceFile[] =>
  renderService({}, 'gateway', { 'api-v1': [replica(1, v1)], 'api-v2': [replica(1, '10.200.4.11')] });

test('only the gateway and Prometheus depend on which replicas serve', () => {
  for (const service of ['api-v1', 'exporter', 'grafana']) {
    expect(renderService({}, service, {})).toEqual(
      renderService({}, service, { 'api-v1': [replica(7, '10.200.4.16')], 'api-v2': [replica(9, '10.200.4.18')] }),
    );
  }
  expect(gatewayWith('10.200.4.10')).toEqual(gatewayWith('10.200.4.10'));
  expect(gatewayWith('10.200.4.10')).not.toEqual(gatewayWith('10.200.4.16'));
});

test('Prometheus asks the exporter, as often as the configuration says', () => {
  const text = textOf(renderService({ monitoring: { scrapeInterval: '2s' } }, 'prometheus'), 'prometheus.yml');
  expect(text).toContain("targets: ['exporter:9113']");
  expect(text).toMatch(/^ {2}scrape_interval: 2s$/m);
  // Longer than the interval is refused by Prometheus.
  expect(text).toMatch(/^ {2}scrape_timeout: 2s$/m);
  expect(text).toMatch(/^ {4}project: shop$/m);
});

test('Prometheus asks every replica that serves, and knows it by its API and its name', () => {
  const serving = {
    'api-v1': [replica(4, '10.200.4.15'), replica(6, '10.200.4.11')],
    'api-v2': [replica(1, '10.200.5.7')],
  };
  const text = textOf(renderService({}, 'prometheus', serving), 'prometheus.yml');
  const [, targets] = /- job_name: api\n {4}static_configs:\n((?: {6}.*\n)+)/.exec(text) ?? [];
  expect(targets?.split('\n').map((line) => line.trim())).toEqual([
    "- targets: ['10.200.4.15:8000']",
    "labels: { arm: 'v1', replica: 'api-v1-4' }",
    "- targets: ['10.200.4.11:8000']",
    "labels: { arm: 'v1', replica: 'api-v1-6' }",
    "- targets: ['10.200.5.7:8000']",
    "labels: { arm: 'v2', replica: 'api-v2-1' }",
    '',
  ]);
});

describe('Grafana', () => {
  const files = renderService({}, 'grafana');

  test('has a data source and a dashboard that asks it', () => {
    expect(textOf(files, 'provisioning/datasources/prometheus.yaml')).toContain('url: http://prometheus:9090');
    const dashboard = JSON.parse(textOf(files, 'dashboards/gateway.json')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const queries = dashboard.panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr);
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) expect(query).toMatch(/nginx_|up\b|fortress_|process_/);
  });

  test('draws every panel once, and none over another', () => {
    const { panels } = JSON.parse(textOf(files, 'dashboards/gateway.json')) as {
      panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBeLessThanOrEqual(24);
  });

  test('gets its password as a secret file', () => {
    expect(files.find(({ path }) => path === 'admin-password')).toMatchObject({
      content: MATERIALS.grafanaPassword,
      secret: true,
    });
    expect(
      files.filter(({ secret }) => !secret).some(({ content }) => String(content).includes('THE GRAFANA PASSWORD')),
    ).toBe(false);
  });
});

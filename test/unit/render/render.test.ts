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
  ]);
  expect(textOf(files, 'server.key')).toBe(MATERIALS.key);
  for (const { content, hash, secret } of files) {
    const hasher = secret ? createHmac('sha256', MATERIALS.hashKey) : createHash('sha256');
    expect(hash).toBe(hasher.update(String(content)).digest('hex'));
  }
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

test('only the gateway depends on which replicas serve', () => {
  for (const service of ['api-v1', 'exporter', 'prometheus', 'grafana']) {
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

describe('Grafana', () => {
  const files = renderService({}, 'grafana');

  test('has a data source and a dashboard that asks it', () => {
    expect(textOf(files, 'provisioning/datasources/prometheus.yaml')).toContain('url: http://prometheus:9090');
    const dashboard = JSON.parse(textOf(files, 'dashboards/gateway.json')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const queries = dashboard.panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr);
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) expect(query).toMatch(/nginx|up\b/);
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

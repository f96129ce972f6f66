import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { gatewayDashboard } from '../../../scripts/dashboard/gateway.js';
import type { FortressConfig } from '../../../src/config/types.js';
import type { ServiceFile } from '../../../src/stack/stack.js';
import { MATERIALS, nginxHttp, renderService, replica, textOf } from './fixture.js';
import { all, flatten, inside } from './nginx-syntax.js';

test('the gateway gets its configuration, certificate, key and users; a change of content is a change of hash', () => {
  const files = renderService({}, 'gateway');
  expect(files.map(({ path, secret }) => [path, secret])).toEqual([
    ['nginx.conf', false],
    ['logins.js', false],
    ['metrics.js', false],
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

test('an API gets its secrets as secret files, and no other service does', () => {
  const config = { apis: { v1: { image: 'example/emotion:1', secrets: { 'api-key': '/srv/shop/api-key' } }, v2: {} } };
  expect(renderService(config, 'api-v1')).toEqual([
    {
      path: 'secrets/api-key',
      content: Buffer.from('THE SECRET OF V1'),
      hash: createHmac('sha256', MATERIALS.hashKey).update('THE SECRET OF V1').digest('hex'),
      secret: true,
    },
  ]);
  expect(renderService(config, 'api-v2').some(({ secret }) => secret)).toBe(false);
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
  expect(text).toMatch(/^ {4}project: 'shop'$/m);
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

test('Prometheus asks an API where it says that it has figures, and none that has none', () => {
  const apis = {
    v1: { image: 'example/emotion:1', port: 5000, metrics: '/figures' },
    v2: { image: 'example/emotion:1' },
  };
  const serving = { 'api-v1': [replica(1, '10.200.4.15')], 'api-v2': [replica(1, '10.200.5.7')] };
  const { scrape_configs: jobs } = parse(textOf(renderService({ apis }, 'prometheus', serving), 'prometheus.yml')) as {
    scrape_configs: { job_name: string; static_configs: unknown }[];
  };
  expect(jobs.find(({ job_name: name }) => name === 'api')?.static_configs).toEqual([
    {
      targets: ['10.200.4.15:5000'],
      labels: { arm: 'v1', replica: 'api-v1-1', __metrics_path__: '/figures' },
    },
  ]);
});

test('Prometheus asks the gateway where it tells what it counted, and only where somebody asks it is counted', () => {
  const prometheus = textOf(renderService({}, 'prometheus'), 'prometheus.yml');
  const [job] = /- job_name: gateway\n(?: {4}.*\n)+/.exec(prometheus) ?? [];
  expect(job).toContain("targets: ['gateway:8081']");
  expect(job).toContain('metrics_path: /metrics');
  const unwatched = renderService({ monitoring: false }, 'gateway');
  expect(unwatched.map(({ path }) => path)).not.toContain('metrics.js');
  expect(textOf(unwatched, 'nginx.conf')).not.toMatch(/js_import +metrics|location = \/metrics/);
});

test('the gateway knows each replica that serves by its address, and its API where there is none to ask', () => {
  const serving = {
    'api-v1': [replica(4, '10.200.4.15'), replica(6, '10.200.4.11')],
    'api-v2': [replica(1, '10.200.5.7')],
  };
  const known = inside(nginxHttp({}, serving), 'map', '$asked_address', '$asked_replica');
  expect(Object.fromEntries(known.map(({ name, args }) => [name, args[0]]))).toEqual({
    volatile: undefined,
    default: 'none none',
    api_v1: 'v1 none',
    '10.200.4.15:8000': 'v1 api-v1-4',
    '10.200.4.11:8000': 'v1 api-v1-6',
    api_v2: 'v2 none',
    '10.200.5.7:8000': 'v2 api-v2-1',
  });
  const page = flatten(nginxHttp({}, serving)).find(({ name, args }) => name === 'location' && args[1] === '/metrics');
  const values = all(page?.block ?? [], 'set').map(({ args }) => args);
  expect(values).toEqual([
    ['$serving_replicas', 'v1 api-v1-4, v1 api-v1-6, v2 api-v2-1'],
    ['$certificate_expiry', String(Date.parse('2027-12-25T12:00:00Z') / 1000)],
  ]);
});

interface Rule {
  alert?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

function rulesOf(config: FortressConfig): Rule[] {
  const text = textOf(renderService(config, 'prometheus'), 'rules.yml');
  const { groups } = parse(text) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** How far back the rules look. */
const windowsOf = (scrapeInterval?: string): Set<string | undefined> =>
  new Set(
    rulesOf({ monitoring: { scrapeInterval } }).flatMap(({ expr }) =>
      [...expr.matchAll(/\[(\w+)\]/g)].map(([, window]) => window),
    ),
  );

const certificateRule = (config: FortressConfig): Rule | undefined =>
  rulesOf(config).find(({ alert }) => alert === 'CertificateExpires');

/** Statuses of what counts as turned away. */
const turnedAway = (config: FortressConfig): string | undefined =>
  rulesOf(config)
    .map(({ expr }) => /status=~"([\d|]*\b429\b[\d|]*)"/.exec(expr)?.[1])
    .find((statuses) => statuses !== undefined);

describe('the rules of Prometheus', () => {
  test('look back a minute, or over four scrapes where these are rare', () => {
    expect(windowsOf()).toEqual(new Set(['60s']));
    expect(windowsOf('15s')).toEqual(new Set(['60s']));
    expect(windowsOf('30s')).toEqual(new Set(['120s']));
    expect(windowsOf('700ms')).toEqual(new Set(['60s']));
  });

  test('count as turned away what the rate limit of the configuration answers, too', () => {
    expect(turnedAway({})).toBe('429|503');
    expect(turnedAway({ gateway: { rateLimit: { status: 418 } } })).toBe('418|429|503');
    expect(turnedAway({ gateway: { rateLimit: false } })).toBe('429|503');
  });

  test('raise alarm about the certificate when `up` would renew it', () => {
    expect(certificateRule({})?.expr).toBe('fortress_gateway_certificate_expiry:days < 30');
    expect(certificateRule({})?.annotations?.['action']).toContain('renews it');
    const days = certificateRule({ gateway: { tls: { days: 30, renewBeforeDays: 5 } } });
    expect(days?.expr).toBe('fortress_gateway_certificate_expiry:days < 5');
    const own = certificateRule({ gateway: { tls: { certificate: 'a.crt', certificateKey: 'a.key' } } });
    expect(own?.annotations?.['action']).toContain('newer one');
  });

  test('say of each alarm how bad it is, what happened and what to do', () => {
    const alerts = rulesOf({}).filter(({ alert }) => alert !== undefined);
    expect(alerts.map(({ alert }) => alert)).toEqual([
      'GatewayDown',
      'ApiDown',
      'ReplicaDown',
      'HighErrorRatio',
      'SlowPredictions',
      'ManyTurnedAway',
      'WrongPasswords',
      'CertificateExpires',
    ]);
    for (const { labels, annotations } of alerts) {
      expect(labels?.['severity']).toMatch(/^(warning|critical)$/);
      expect(Object.keys(annotations ?? {})).toEqual(['summary', 'action']);
    }
  });
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
    for (const query of queries) expect(query).toMatch(/nginx_|up\b|fortress_|process_|nodejs_|ALERTS/);
  });

  test('has the dashboard that the code describes: `npm run dashboard` writes it', () => {
    expect(textOf(files, 'dashboards/gateway.json')).toBe(gatewayDashboard('shop: gateway and APIs'));
  });

  test('has a row for each thing that people look after', () => {
    const { panels } = JSON.parse(gatewayDashboard('')) as { panels: { type: string; title: string }[] };
    const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows).toEqual(['Gateway', 'APIs', 'A/B arms', 'Limits', 'Certificates']);
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

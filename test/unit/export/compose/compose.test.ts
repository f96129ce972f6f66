import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import type { FortressConfig } from '../../../../src/config/types.js';
import { exportCompose } from '../../../../src/export/compose/index.js';
import type { ExportedFile } from '../../../../src/export/exported.js';
import { exportMaterialOf } from '../material.js';

interface ComposeFile {
  name: string;
  services: Record<string, Record<string, unknown>>;
  networks: Record<string, unknown>;
  volumes?: Record<string, unknown>;
}

const contentOf = (files: ExportedFile[], path: string): string =>
  String(files.find((file) => file.path === path)?.content);

const composeOf = (input: FortressConfig = {}, material = exportMaterialOf({ project: 'shop', ...input })) =>
  parse(contentOf(exportCompose(material).files, 'compose.yaml'), { merge: true }) as ComposeFile;

test('every replica is a service with its own address; the rest are services by their names', () => {
  const { services } = composeOf();
  expect(Object.keys(services)).toEqual([
    'api-v1-1',
    'api-v1-2',
    'api-v1-3',
    'api-v2-1',
    'gateway',
    'exporter',
    'prometheus',
    'grafana',
  ]);
  const addresses = ['api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v2-1'].map((name) => services[name]?.['networks']);
  expect(addresses).toEqual(
    ['10', '11', '12', '13'].map((end, index) => ({
      backend: { aliases: [index < 3 ? 'api-v1' : 'api-v2'], ipv4_address: `10.200.4.${end}` },
    })),
  );
});

test('nginx knows the addresses that compose gives', () => {
  const material = exportMaterialOf({ project: 'shop' });
  const nginx = contentOf(exportCompose(material).files, 'files/gateway/nginx.conf');
  const { services } = composeOf({}, material);
  for (const name of ['api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v2-1']) {
    const networks = services[name]?.['networks'] as { backend: { ipv4_address: string } } | undefined;
    expect(nginx).toContain(`server ${networks?.backend.ipv4_address}:8000 max_fails=1 fail_timeout=2s; # ${name}`);
  }
});

test('nothing may write, has a capability, or more memory and processes than it should', () => {
  for (const service of Object.values(composeOf().services)) {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
    });
    expect(service['mem_limit']).toMatch(/^\d+m$/);
    expect(service['memswap_limit']).toBe(service['mem_limit']);
    expect(service['pids_limit']).toBeGreaterThan(0);
    expect(service['user']).toMatch(/^[1-9]\d*:\d+$/);
  }
});

test('only the gateway and the monitoring publish ports, the latter for this machine alone', () => {
  const ports = Object.entries(composeOf({ preset: 'exam' }).services).flatMap(([name, service]) =>
    service['ports'] === undefined ? [] : [[name, service['ports']]],
  );
  expect(ports).toEqual([
    ['gateway', ['0.0.0.0:8080:80', '0.0.0.0:443:443']],
    ['exporter', ['127.0.0.1:9113:9113']],
    ['prometheus', ['127.0.0.1:9090:9090']],
    ['grafana', ['127.0.0.1:3000:3000']],
  ]);
  expect(composeOf({ gateway: { bind: '::1' } }).services['gateway']?.['ports']).toEqual([
    '[::1]:80:80',
    '[::1]:443:443',
  ]);
});

test('the network of the APIs leads nowhere, and the engine hands out none of their addresses', () => {
  expect(composeOf().networks).toEqual({
    edge: null,
    backend: {
      internal: true,
      ipam: { config: [{ subnet: '10.200.4.0/22', ip_range: '10.200.6.0/23' }] },
    },
  });
});

test('the gateway waits for the APIs, as long as somebody can tell that they are ready', () => {
  const gateway = composeOf({ apis: { v1: {}, v2: { image: 'example/emotion:1' } } }).services['gateway'];
  expect(gateway?.['depends_on']).toEqual({
    'api-v1-1': { condition: 'service_healthy' },
    'api-v1-2': { condition: 'service_healthy' },
    'api-v1-3': { condition: 'service_healthy' },
    'api-v2-1': { condition: 'service_started' },
  });
});

test('what compose would fill in stands as it is meant', () => {
  const { services } = composeOf({ apis: { v1: { image: 'example/emotion:1', env: { GREETING: '$HOME ${X}' } } } });
  expect(services['api-v1-1']?.['environment']).toMatchObject({ GREETING: '$$HOME $${X}' });
});

test('without monitoring there is none, nor its volumes', () => {
  const file = composeOf({ monitoring: false });
  expect(Object.keys(file.services)).toEqual(['api-v1-1', 'api-v1-2', 'api-v1-3', 'api-v2-1', 'gateway']);
  expect(file).not.toHaveProperty('volumes');
});

describe('the files', () => {
  const { files, folders } = exportCompose(exportMaterialOf());

  it('are those of the containers, each once, and one for clients', () => {
    const paths = files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(expect.arrayContaining(['ca.crt', 'files/gateway/htpasswd', 'files/api-v1/model.onnx']));
    expect(contentOf(files, 'ca.crt')).toBe('THE CA');
  });

  it('that are secret lie in a folder that others cannot look into, which git leaves out', () => {
    const open = files.filter(({ path }) => !path.startsWith('files/'));
    for (const secret of ['THE KEY', 'THE HASH', 'THE PROBE TOKEN', 'THE GRAFANA PASSWORD', 'THE PASSWORD'])
      expect(open.filter(({ content }) => String(content).includes(secret))).toEqual([]);
    expect(folders).toEqual({ files: 0o700 });
    expect(contentOf(files, '.gitignore')).toBe('/files/\n');
  });

  it('of an API that is built come with it', () => {
    const context = [
      { path: 'Dockerfile', content: 'FROM scratch' },
      { path: 'run.sh', content: 'true', mode: 0o755 },
    ];
    const builds = { 'api-v1': { context, dockerfile: 'Dockerfile', args: { PYTHON_IMAGE: 'python:1' } } };
    const material = { ...exportMaterialOf({ project: 'shop', apis: { v1: { build: './api' } } }), builds };
    const exported = exportCompose(material);
    expect(exported.files).toContainEqual({ path: 'build/api-v1/run.sh', content: 'true', mode: 0o755 });
    expect(composeOf({}, material).services['api-v1-1']).toMatchObject({
      build: { context: './build/api-v1', dockerfile: 'Dockerfile', args: { PYTHON_IMAGE: 'python:1' } },
      image: 'example/backend-v1:1',
    });
  });

  it('of APIs that are built from the same come once', () => {
    const context = [{ path: 'v1/Dockerfile', content: 'FROM scratch' }];
    const builds = {
      'api-v1': { context, dockerfile: 'v1/Dockerfile', args: {} },
      'api-v2': { context, dockerfile: 'v2/Dockerfile', args: {} },
    };
    const apis = { v1: { build: './api' }, v2: { build: './api' } };
    const material = { ...exportMaterialOf({ project: 'shop', apis }), builds };
    const paths = exportCompose(material).files.map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('build/'))).toEqual(['build/api-v1/v1/Dockerfile']);
    expect(composeOf({}, material).services['api-v2-1']).toMatchObject({
      build: { context: './build/api-v1', dockerfile: 'v2/Dockerfile' },
    });
  });
});

test('images that are in no registry are not looked for there, and the person is told', () => {
  const local = exportMaterialOf({}, (name) =>
    name === 'grafana' ? { missing: 'none here' } : { reference: `fortress/${name}:1`, origin: 'built here' },
  );
  expect(composeOf({}, local).services['gateway']).toMatchObject({ pull_policy: 'never' });
  expect(composeOf().services['gateway']).not.toHaveProperty('pull_policy');
  const { left } = exportCompose(local);
  expect(left.map(({ what }) => what)).toEqual(expect.arrayContaining(['images', 'grafana', 'guard']));
  expect(exportCompose(exportMaterialOf()).left.map(({ what }) => what)).not.toContain('images');
});

test.each([
  '2026-01-01',
  '2026-1-1',
  '1_000',
  '0b11',
  '1_',
  '0o1_7',
  '1e3',
  '017',
  '12:30',
  'yes',
  'y',
  '~',
  'null',
  '.5',
])('the text %s stays one for compose, which reads YAML 1.1 and 1.2', (text) => {
  const exported = exportCompose(
    exportMaterialOf({ project: 'shop', apis: { v1: { image: 'example/api:1', env: { VALUE: text } } } }),
  );
  expect(contentOf(exported.files, 'compose.yaml')).toContain(`VALUE: "${text}"`);
});

test.each(['1_000', '0b11', '1_', '123', 'true'])('a project may be called %s', (project) => {
  expect(contentOf(exportCompose(exportMaterialOf({ project })).files, 'compose.yaml')).toContain(
    `\nname: "${project}"\n`,
  );
});

test('what an image is built with is meant as it stands', () => {
  const builds = { 'api-v1': { context: [], dockerfile: '$HOME/Dockerfile', args: { TOKEN: 'pa$$w$ORD' } } };
  const material = { ...exportMaterialOf({ apis: { v1: { build: './api' } } }), builds };
  expect(composeOf({}, material).services['api-v1-1']?.['build']).toEqual({
    context: './build/api-v1',
    dockerfile: '$$HOME/Dockerfile',
    args: { TOKEN: 'pa$$$$w$$ORD' },
  });
});

const renewalOf = (input: FortressConfig): string | undefined =>
  exportCompose(exportMaterialOf(input)).left.find(({ what }) => what === 'renewal of the certificate')?.why;

test('who brings a certificate is not told to renew ours', () => {
  expect(renewalOf({})).toContain('fortress certs renew');
  const own = { gateway: { tls: { certificate: 'own.crt', certificateKey: 'own.key' } } };
  expect(renewalOf(own)).not.toContain('fortress certs renew');
});

import type { FortressConfig } from '../../../src/config/types.js';
import { createServiceRenderer, type Materials } from '../../../src/render/render.js';
import { createRenderer, projectTemplates } from '../../../src/render/template.js';
import type { Serving } from '../../../src/render/views.js';
import type { ServiceFile } from '../../../src/stack/stack.js';
import { example, serviceOf } from '../stack/example.js';
import { parseNginx, type Directive } from './nginx-syntax.js';

export const MATERIALS: Materials = {
  certificate: 'THE CERTIFICATE',
  key: 'THE KEY',
  expiresAt: new Date('2027-12-25T12:00:00.999Z'),
  htpasswd: 'admin:THE HASH',
  probeToken: 'THE PROBE TOKEN',
  hashKey: 'THE HASH KEY',
  grafanaPassword: 'THE GRAFANA PASSWORD',
  secrets: { '/srv/shop/api-key': Buffer.from('THE SECRET OF V1') },
  models: {
    '/srv/shop/model/model.onnx': {
      'model.onnx': { source: '/srv/shop/model/model.onnx', hash: 'hash of the model' },
      'model.json': { source: '/srv/shop/model/model.json', hash: 'hash of its description' },
    },
  },
};

/** The files of one service; every replica serves unless `serving` says otherwise. */
export function renderService(
  input: FortressConfig,
  service: string,
  serving?: Serving,
  overrides: string | null = null,
  materials: Partial<Materials> = {},
): ServiceFile[] {
  const { config, stack } = example(input);
  const all = { ...MATERIALS, ...materials };
  const render = createServiceRenderer(config, stack, all, createRenderer(projectTemplates(overrides)));
  let host = 10;
  const everything = Object.fromEntries(
    stack.services.map(({ name, replicas }) => [
      name,
      Array.from({ length: replicas }, (_, index) => replica(index + 1, `10.200.4.${host++}`)),
    ]),
  );
  return render(serviceOf(stack, service), serving ?? everything);
}

/** A container in the backend network of the example. */
export const replica = (slot: number, address: string): Serving[string][number] => ({
  slot,
  addresses: { 'shop-backend': address },
});

export function textOf(files: ServiceFile[], path: string): string {
  const content = files.find((file) => file.path === path)?.content;
  if (typeof content !== 'string')
    throw new Error(`no text ${path} among ${files.map((file) => file.path).join(', ')}`);
  return content;
}

export const nginxText = (input: FortressConfig = {}, serving?: Serving, materials: Partial<Materials> = {}): string =>
  textOf(renderService(input, 'gateway', serving, null, materials), 'nginx.conf');

/** What stands in `http { }` of the gateway's configuration. */
export function nginxHttp(
  input: FortressConfig = {},
  serving?: Serving,
  materials: Partial<Materials> = {},
): Directive[] {
  const http = parseNginx(nginxText(input, serving, materials)).find(({ name }) => name === 'http');
  return http?.block ?? [];
}

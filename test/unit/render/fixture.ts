import type { FortressConfig } from '../../../src/config/types.js';
import { createServiceRenderer, type Materials } from '../../../src/render/render.js';
import { createRenderer } from '../../../src/render/template.js';
import type { Slots } from '../../../src/render/views.js';
import type { ServiceFile } from '../../../src/stack/stack.js';
import { example, serviceOf } from '../stack/example.js';
import { parseNginx, type Directive } from './nginx-syntax.js';

export const MATERIALS: Materials = {
  certificate: 'THE CERTIFICATE',
  key: 'THE KEY',
  htpasswd: 'admin:THE HASH',
  grafanaPassword: 'THE GRAFANA PASSWORD',
  models: {
    '/srv/shop/model/model.onnx': {
      'model.onnx': { source: '/srv/shop/model/model.onnx', hash: 'hash of the model' },
      'model.json': { source: '/srv/shop/model/model.json', hash: 'hash of its description' },
    },
  },
};

/** The files of one service; every replica serves unless `slots` says otherwise. */
export function renderService(
  input: FortressConfig,
  service: string,
  slots?: Slots,
  overrides: string | null = null,
): ServiceFile[] {
  const { config, stack } = example(input);
  const render = createServiceRenderer(config, stack, MATERIALS, createRenderer(overrides));
  const allSlots = Object.fromEntries(
    stack.services.map(({ name, replicas }) => [name, Array.from({ length: replicas }, (_, index) => index + 1)]),
  );
  return render(serviceOf(stack, service), slots ?? allSlots);
}

export function textOf(files: ServiceFile[], path: string): string {
  const content = files.find((file) => file.path === path)?.content;
  if (typeof content !== 'string')
    throw new Error(`no text ${path} among ${files.map((file) => file.path).join(', ')}`);
  return content;
}

export const nginxText = (input: FortressConfig = {}, slots?: Slots): string =>
  textOf(renderService(input, 'gateway', slots), 'nginx.conf');

/** What stands in `http { }` of the gateway's configuration. */
export function nginxHttp(input: FortressConfig = {}, slots?: Slots): Directive[] {
  const http = parseNginx(nginxText(input, slots)).find(({ name }) => name === 'http');
  return http?.block ?? [];
}

import { describe, expect, it } from 'vitest';
import { readClientProgram } from '../../../src/bench/client-program.js';
import { copyConfig } from '../../../src/bench/copy-config.js';
import { CLIENT, copyRenderer, copyStack } from '../../../src/bench/copy-stack.js';
import { layersOf } from '../../../src/bench/layers.js';
import { remarksOn } from '../../../src/bench/remarks.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import { configSchema } from '../../../src/config/schema.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { createServiceRenderer } from '../../../src/render/render.js';
import { createRenderer, projectTemplates } from '../../../src/render/template.js';
import { buildStack } from '../../../src/stack/build.js';
import type { ServiceFile } from '../../../src/stack/stack.js';
import { MATERIALS, replica, textOf } from '../render/fixture.js';
import { exampleImage, serviceOf } from '../stack/example.js';

const WEIGHTED: FortressConfig = {
  preset: 'exam',
  routes: [{ weight: 20, to: 'v2' }, { to: 'v1' }],
  hooks: { beforeUp: 'touch here' },
};
/** The image of fortress's own model server. */
const SERVER = exampleImage('api');
const USERS = [{ name: 'ana', password: 'a:b' }];

function copyOf(input: FortressConfig = {}) {
  const config = copyConfig(resolveConfig(input, '/srv/shop'));
  const layers = layersOf(config);
  const whole = buildStack(config, { subnet: '10.200.4.0/22', image: exampleImage });
  return { config, layers, whole, stack: copyStack(whole, layers, SERVER) };
}

function filesOf(service: string): ServiceFile[] {
  const { config, layers, whole, stack } = copyOf();
  const renderer = createRenderer(projectTemplates(null));
  const render = createServiceRenderer(config, whole, MATERIALS, renderer);
  const serving = {
    'api-v1': [{ ...replica(1, ''), addresses: { 'shop.bench-backend': '10.200.4.10' } }],
    'api-v2': [{ ...replica(1, ''), addresses: { 'shop.bench-backend': '10.200.4.11' } }],
  };
  return copyRenderer({ config, layers, users: USERS, program: 'THE PROGRAM', render })(
    serviceOf(stack, service),
    serving,
  );
}

describe('the configuration of the copy', () => {
  const { config } = copyOf(WEIGHTED);

  it('has a name that no project can have', () => {
    expect(config.project).toBe('shop.bench');
    expect(configSchema.safeParse({ project: config.project }).success).toBe(false);
  });

  it('touches nothing of the project', () => {
    expect(config.stateDir).not.toContain('/srv/shop');
    expect(config.gateway.tls.caFile).toBeNull();
    expect(config.guard).toBe(false);
    expect([config.hooks.beforeUp, config.hooks.afterUp, config.hooks.beforeDown]).toEqual([null, null, null]);
  });

  it('shares no clients out, and that is told', () => {
    expect(config.routes.weights).toEqual([]);
    expect(remarksOn(resolveConfig(WEIGHTED, '/srv/shop')).join(' ')).toMatch(/Shares by weight are left out.*v1/);
    expect(remarksOn(resolveConfig({ gateway: { rateLimit: false }, monitoring: false }, '/srv/shop'))).toEqual([
      'The configuration has no rate limit, so there is no such layer.',
      expect.stringContaining('health'),
    ]);
  });
});

describe('the stack of the copy', () => {
  const { stack, whole } = copyOf();

  it('has the APIs as they are, a gateway for each layer, and the client', () => {
    expect(stack.services.map(({ name, replicas }) => `${name} ${replicas}`)).toEqual([
      'api-v1 3',
      'api-v2 1',
      'gateway-nginx 1',
      'gateway-tls 1',
      'gateway-auth 1',
      'gateway-limit 1',
      'client 1',
    ]);
    for (const name of ['api-v1', 'api-v2'])
      expect(serviceOf(stack, name)).toEqual({ ...serviceOf(whole, name), healthcheck: null });
  });

  it('publishes nothing, keeps nothing, and has no way out', () => {
    expect(stack.services.flatMap(({ ports, volumes }) => [...ports, ...volumes])).toEqual([]);
    expect(stack.volumes).toEqual([]);
    expect(stack.networks.map(({ name, internal }) => [name, internal])).toEqual([['shop.bench-backend', true]]);
    const networks = stack.services.flatMap((service) => service.networks.map(({ network }) => network));
    expect(new Set(networks)).toEqual(new Set(['shop.bench-backend']));
  });

  it('cannot be had without a gateway', () => {
    const services = whole.services.filter(({ name }) => name !== 'gateway');
    const omitted = [{ service: 'gateway', reason: 'no image' }];
    expect(() => copyStack({ ...whole, services, omitted }, copyOf().layers, SERVER)).toThrow(
      expect.objectContaining({ code: 'IMAGE_MISSING', why: 'gateway: no image' }),
    );
  });
});

describe('the files of the copy', () => {
  it('each gateway has its own configuration and else the files of the project’s', () => {
    const [plain, whole] = ['gateway-nginx', 'gateway-limit'].map(filesOf);
    if (!plain || !whole) throw new Error('no files');
    expect(plain.map(({ path }) => path)).toEqual(whole.map(({ path }) => path));
    const differ = plain.filter(({ hash }, index) => hash !== whole[index]?.hash).map(({ path }) => path);
    expect(differ).toEqual(['nginx.conf']);
    expect(textOf(plain, 'nginx.conf')).toContain('server 10.200.4.10:8000');
    expect(textOf(plain, 'nginx.conf')).not.toContain('limit_req zone');
    expect(textOf(whole, 'nginx.conf')).toContain('limit_req zone');
  });

  it('the APIs have theirs', () => {
    expect(filesOf('api-v1').map(({ path }) => path)).toEqual(['model.onnx', 'model.json']);
  });

  it('the client knows whom to ask, and its password is a secret', () => {
    expect(textOf(filesOf(CLIENT), 'client.mjs')).toBe('THE PROGRAM');
    const targets = filesOf(CLIENT).find(({ path }) => path === 'targets.json');
    expect(targets?.secret).toBe(true);
    expect(JSON.parse(String(targets?.content))).toMatchObject({
      direct: { host: 'api-v1', port: 8000, tls: false, headers: {} },
      nginx: { host: 'gateway-nginx', port: 443, tls: false },
      limit: {
        host: 'gateway-limit',
        port: 443,
        tls: true,
        headers: { host: 'localhost', authorization: `Basic ${btoa('ana:a:b')}` },
      },
    });
  });

  it('the client must have been built', () => {
    expect(() => readClientProgram('/nowhere/client.mjs')).toThrow(
      expect.objectContaining({ code: 'CLIENT_NOT_BUILT', message: expect.stringContaining('/nowhere/client.mjs') }),
    );
  });
});

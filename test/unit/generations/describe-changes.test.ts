import { expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { describeChanges } from '../../../src/generations/describe-changes.js';
import type { Inputs } from '../../../src/generations/generation.js';
import { recordImages } from '../../../src/images/recorded.js';
import { catalog } from './fixture.js';

function inputs(input: FortressConfig = {}, change: { model?: string; template?: string; tag?: string } = {}): Inputs {
  const config = resolveConfig({ project: 'shop', ...input }, '/srv/shop');
  const { model = 'hash 1', template = 'text 1', tag = '1' } = change;
  return {
    config,
    images: recordImages(config, catalog(tag)),
    models: Object.fromEntries(config.apis.map((api) => [api.model, { 'model.onnx': model }])),
    templates: { 'nginx/nginx.conf.eta': template },
  };
}

const v2 = { debug: true };

test.each<[string, Inputs, Inputs, string[]]>([
  ['nothing', inputs(), inputs(), []],
  ['the content of a model', inputs(), inputs({}, { model: 'hash 2' }), ['model of v1', 'model of v2']],
  [
    'replicas',
    inputs({ apis: { v1: { replicas: 3 }, v2 } }),
    inputs({ apis: { v1: { replicas: 5 }, v2 } }),
    ['apis.v1.replicas 3 → 5'],
  ],
  [
    'a value deep inside',
    inputs(),
    inputs({ gateway: { tls: { days: 30 } } }),
    ['gateway.tls.days 365 → 30', 'gateway.tls.renewBeforeDays 30 → 10'],
  ],
  [
    'what is given to a program, which may be a secret',
    inputs({ apis: { v1: { image: 'a', env: { TOKEN: 'hunter2' } } } }),
    inputs({ apis: { v1: { image: 'a', env: { TOKEN: 'hunter3' } } } }),
    ['apis.v1.env.TOKEN changed'],
  ],
  ['an API that comes', inputs({ apis: { v1: {} } }), inputs({ apis: { v1: {}, v3: {} } }), ['apis.v3 added']],
  ['an API that goes', inputs({ apis: { v1: {}, v3: {} } }), inputs({ apis: { v1: {} } }), ['apis.v3 removed']],
  ['what is switched off', inputs(), inputs({ gateway: { rateLimit: false } }), ['gateway.rateLimit removed']],
  ['what is switched on', inputs({ gateway: { rateLimit: false } }), inputs(), ['gateway.rateLimit added']],
  ['an image', inputs(), inputs({}, { tag: '2' }), ['image nginx', 'image api', 'image exporter', 'image prometheus']],
  ['a template', inputs(), inputs({}, { template: 'text 2' }), ['template nginx/nginx.conf.eta']],
])('%s', (_, before, after, changes) => {
  expect(describeChanges(before, after)).toEqual(changes);
});

test('the same model in another file is the same model', () => {
  const moved = { apis: { v1: { model: 'other/model.onnx' } } };
  expect(describeChanges(inputs({ apis: { v1: {} } }), inputs(moved))).toEqual([
    'apis.v1.model /srv/shop/model/model.onnx → /srv/shop/other/model.onnx',
  ]);
});

test('a project that was moved is the same stack', () => {
  const here = inputs({ apis: { v1: { model: '/models/model.onnx' } } });
  const config = { ...here.config, root: '/home/ana/shop', stateDir: '/home/ana/shop/.fortress' };
  expect(describeChanges(here, { ...here, config })).toEqual([]);
});

const users = (password: string): FortressConfig => ({ gateway: { users: [{ name: 'ana', password }] } });

test('passwords are never told', () => {
  const changed = describeChanges(inputs(users('secret one')), inputs(users('secret two')));
  expect(changed).toEqual(['gateway.users.ana.password changed']);
  const added = describeChanges(
    inputs(),
    inputs({ gateway: { users: ['admin', { name: 'bob', password: 'secret' }] } }),
  );
  expect(added).toEqual(['gateway.users.bob added']);
});

import { describe, expect, it } from 'vitest';
import { createMarker } from '../../../src/verify/mark.js';
import { openObserver, type Observer } from '../../../src/verify/replica-observer.js';
import type { Reply } from '../../../src/verify/reply.js';
import type { Target, TargetSpec } from '../../../src/verify/target.js';
import { makeContainer, makeEngine, published } from './support/containers.js';
import { makeSpec } from './support/spec.js';

const marker = createMarker('abc');
const nginx = makeContainer('shop-nginx-1', { ports: [published(8443, 443)] });
const api = makeContainer('shop-api-v1-1', { addresses: ['172.20.0.3'], service: 'api' });
const stopped = makeContainer('shop-api-v1-2', { running: false });

function observe(log = '', more: Partial<Target> = {}): Promise<Observer | null> {
  const deployment: TargetSpec['deployment'] = { containers: [nginx, api, stopped] };
  const spec = makeSpec({ https: 'https://localhost:8443', deployment });
  const target = { spec, engine: makeEngine({ logsSince: async () => log }), ask: answering(() => 200), ...more };
  return openObserver(target as Target, marker);
}

const answering =
  (statusOf: (path: string) => number): Target['ask'] =>
  async ({ path }) =>
    ({ status: statusOf(path) }) as Reply;

const named = async (instance: string): Promise<string[]> =>
  ((await observe())?.named([instance]) ?? []).map(({ name }) => name);

const isMarked = (path: string): boolean => path.includes('?verify=');

describe('openObserver', () => {
  it.each(['shop-api-v1-1', 'api-v1-1', api.id.slice(0, 12), '172.20.0.3', '172.20.0.3:8000', 'api'])(
    'knows a container as %s',
    async (instance) => {
      expect(await named(instance)).toEqual(['shop-api-v1-1']);
    },
  );

  it.each(['', 'v1-2', 'shop-nginx-1', 'shop-api-v1-2', api.id.slice(0, 6), '172.20.0.30'])(
    'knows none behind the gateway that runs and is called %j',
    async (instance) => {
      expect(await named(instance)).toEqual([]);
    },
  );

  it('asks no gateway for its log', async () => {
    const logged = await (await observe('POST /predict?verify=abc-0'))?.byLogs(1, 1);
    expect(logged).toMatchObject({ served: [['shop-api-v1-1', 1]], containers: [api], anonymous: 0 });
  });

  it('tells nothing where logs lack an answer', async () => {
    expect(await (await observe('POST /predict?verify=abc-0'))?.byLogs(2, 2)).toBeNull();
  });

  const marked: [name: string, statusOf: (path: string) => number, path: string][] = [
    ['marks requests', () => 200, '/predict?verify=abc-3'],
    ['marks requests that nobody serves either way', () => 502, '/predict?verify=abc-3'],
    ['leaves them as they are where marked ones are refused', (path) => (isMarked(path) ? 404 : 200), '/predict'],
  ];
  it.each(marked)('%s', async (_name, statusOf, path) => {
    const observer = await observe('', { ask: answering(statusOf) });
    expect(observer?.mark({ path: '/predict' }, 3)).toEqual({ path });
  });

  it('needs an engine that knows the deployment', async () => {
    expect(await observe('', { engine: null })).toBeNull();
    expect(await observe('', { spec: makeSpec() })).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { createMarker } from '../../../src/verify/mark.js';
import { openObserver, type Observer } from '../../../src/verify/replica-observer.js';
import type { Target, TargetSpec } from '../../../src/verify/target.js';
import { makeContainer, makeEngine, published } from './support/containers.js';

const marker = createMarker('abc');
const nginx = makeContainer('shop-nginx-1', { ports: [published(8443, 443)] });
const api = makeContainer('shop-api-v1-1', { addresses: ['172.20.0.3'], service: 'api' });
const stopped = makeContainer('shop-api-v1-2', { running: false });

function observe(log = '', more: Partial<Target> = {}): Observer | null {
  const deployment: TargetSpec['deployment'] = { containers: [nginx, api, stopped] };
  const spec = { https: 'https://localhost:8443', http: 'http://localhost', deployment } as TargetSpec;
  return openObserver({ spec, engine: makeEngine({ logsSince: async () => log }), ...more } as Target, marker);
}

const named = (instance: string): string[] => (observe()?.named([instance]) ?? []).map(({ name }) => name);

describe('openObserver', () => {
  it.each(['shop-api-v1-1', 'api-v1-1', api.id.slice(0, 12), '172.20.0.3', '172.20.0.3:8000', 'api'])(
    'knows a container as %s',
    (instance) => {
      expect(named(instance)).toEqual(['shop-api-v1-1']);
    },
  );

  it.each(['', 'v1-2', 'shop-nginx-1', 'shop-api-v1-2', api.id.slice(0, 6), '172.20.0.30'])(
    'knows none behind the gateway that runs and is called %j',
    (instance) => {
      expect(named(instance)).toEqual([]);
    },
  );

  it('asks no gateway for its log', async () => {
    const logged = await observe('POST /predict?verify=abc-0')?.byLogs(1, 1);
    expect(logged).toMatchObject({ served: [['shop-api-v1-1', 1]], containers: [api], anonymous: 0 });
  });

  it('tells nothing where logs lack an answer', async () => {
    expect(await observe('POST /predict?verify=abc-0')?.byLogs(2, 2)).toBeNull();
  });

  it('needs an engine that knows the deployment', () => {
    expect(observe('', { engine: null })).toBeNull();
    expect(observe('', { spec: { deployment: { unknown: 'x' } } as TargetSpec })).toBeNull();
  });
});

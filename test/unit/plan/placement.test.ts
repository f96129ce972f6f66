import { beforeEach, describe, expect, test } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.js';
import { addressOf, deadUpstreams, planFor, runningOf, up, wish, type Wish } from './world.js';

let engine: MemoryEngine;
beforeEach(() => {
  engine = createMemoryEngine();
});

const withApis = (apis: FortressConfig['apis'], change: Partial<Wish> = {}): Wish =>
  wish({ config: { apis, monitoring: false, routes: [{ to: Object.keys(apis ?? {})[0] ?? 'v1' }] }, ...change });

/** Addresses of all containers, running or not, in the backend network. */
const addresses = (): string[] =>
  [...engine.containers.values()].flatMap((container) => addressOf(container) ?? []).toSorted();

const placeOf = (name: string): string | undefined => {
  const container = engine.containers.get(name);
  return container && addressOf(container);
};

/** Runs `up` and looks after every call; the engine itself refuses an address that another container has. */
async function upWatched(wanted: Wish): Promise<void> {
  const seen: string[] = [];
  engine.after = ({ kind }) => {
    const all = addresses();
    if (new Set(all).size < all.length) seen.push(`${kind}: one address twice among ${all.join(' ')}`);
    seen.push(...deadUpstreams(engine).map((name) => `${kind}: ${name} is not there`));
  };
  await up(wanted, engine);
  expect(seen).toEqual([]);
  expect(planFor(wanted, engine).operations).toEqual([]);
}

test('new containers get the lowest addresses that are free, across all APIs', async () => {
  await upWatched(withApis({ v1: { replicas: 2 }, v2: {} }));
  expect([placeOf('shop-api-v1-1'), placeOf('shop-api-v1-2'), placeOf('shop-api-v2-1')]).toEqual([
    '10.200.4.10',
    '10.200.4.11',
    '10.200.4.12',
  ]);
  await upWatched(withApis({ v1: { replicas: 1 }, v2: { replicas: 2 } }));
  expect(placeOf('shop-api-v2-2'), 'not that of a replica that goes only afterwards').toBe('10.200.4.13');
  await upWatched(withApis({ v1: { replicas: 3 }, v2: { replicas: 2 } }));
  expect([placeOf('shop-api-v1-2'), placeOf('shop-api-v1-3')]).toEqual(['10.200.4.11', '10.200.4.14']);
});

describe('APIs come, go and change places', () => {
  const v1 = { replicas: 3 };
  const v2 = { replicas: 2 };
  const canary = { replicas: 1 };
  test.each<[string, FortressConfig['apis'], FortressConfig['apis']]>([
    ['the first goes', { v1, v2 }, { v2 }],
    ['the last goes', { v1, v2 }, { v1 }],
    ['one comes first', { v1, v2 }, { canary, v1, v2 }],
    ['one comes between', { v1, v2 }, { v1, canary, v2 }],
    ['the order is another', { v1, v2 }, { v2, v1 }],
    ['one takes the place of another', { v1, v2 }, { canary: { replicas: 3 }, v2 }],
    ['the first goes, another comes, and one grows', { v1, v2 }, { v2: { replicas: 5 }, canary }],
  ])('%s', async (_, before, after) => {
    await upWatched(withApis(before));
    const kept = runningOf(engine, 'api-v2').map((name) => [name, placeOf(name)]);
    await upWatched(withApis(after));
    for (const [name, { replicas }] of Object.entries(after ?? {}))
      expect(runningOf(engine, `api-${name}`)).toHaveLength(replicas ?? NaN);
    const stays = kept.filter(() => after?.['v2'] !== undefined);
    expect(
      stays.map(([name = '']) => [name, placeOf(name)]),
      'what did not change was not touched',
    ).toEqual(stays);
    await upWatched(withApis(before));
  });

  test('and change their model at the same time', async () => {
    await upWatched(withApis({ v1, v2 }));
    await upWatched(withApis({ canary: {}, v2, v1 }, { model: 'model 2' }));
    await upWatched(withApis({ v2 }, { model: 'model 3' }));
    expect(addresses()).toHaveLength(2);
  });
});

const twenty = (model: string): Wish => withApis({ v1: { replicas: 20 } }, { model });

test('the largest API, killed half-way again and again, converges', async () => {
  await upWatched(twenty('model 0'));
  for (const [round, calls] of [5, 15, 25, 35, 50, 62, 70, 90].entries()) {
    let left = calls;
    engine.before = () => {
      if (left-- <= 0) throw new Error('killed');
    };
    await expect(up(twenty(`model ${round + 1}`), engine)).rejects.toThrow('killed');
    engine.before = () => undefined;
    const all = addresses();
    expect(new Set(all).size).toBe(all.length);
  }
  expect(engine.containers.size, 'there is something to tidy up').toBeGreaterThan(21);
  await upWatched(twenty('the last model'));
  expect(runningOf(engine, 'api-v1')).toHaveLength(20);
  expect(engine.containers.size).toBe(21);
});

describe('a container that runs and is unhealthy', () => {
  test('an API: another takes over before it goes', async () => {
    await upWatched(wish());
    const sick = engine.containers.get('shop-api-v1-2');
    if (sick) sick.health = 'unhealthy';
    const plan = planFor(wish(), engine);
    const ids = plan.operations.map(({ id }) => id);
    expect(ids).toContain('container.create shop-api-v1-4');
    expect(ids).not.toContain('container.wait shop-api-v1-2');
    expect(plan.operations.find(({ id }) => id === 'container.stop shop-api-v1-2')?.effect).toBe('rolling');
    await upWatched(wish());
    expect(runningOf(engine, 'api-v1')).toEqual(['shop-api-v1-1', 'shop-api-v1-3', 'shop-api-v1-4']);
  });

  test('the gateway gives way to a new one', async () => {
    await upWatched(wish());
    const sick = engine.containers.get('shop-gateway-1');
    if (sick) sick.health = 'unhealthy';
    expect(planFor(wish(), engine).operations.map(({ id }) => id)).toEqual([
      'container.create shop-gateway-2',
      'container.stop shop-gateway-1',
      'container.start shop-gateway-2',
      'container.wait shop-gateway-2',
      'container.remove shop-gateway-1',
    ]);
    await upWatched(wish());
    expect(runningOf(engine, 'gateway')).toEqual(['shop-gateway-2']);
  });

  test('the plan says why', async () => {
    await upWatched(wish());
    const sick = engine.containers.get('shop-api-v2-1');
    if (sick) sick.health = 'unhealthy';
    const causes = planFor(wish(), engine)
      .operations.filter(({ id }) => id.includes('api-v2'))
      .map(({ cause }) => cause);
    expect(new Set(causes)).toEqual(new Set(['shop-api-v2-1 is unhealthy', 'is unhealthy']));
  });
});

test('when containers of killed runs have all addresses, the error says how to go on', async () => {
  const apis = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`v${index}`, { replicas: 20 }]));
  await up(withApis(apis), engine);
  engine.before = (call) => {
    if (call.kind === 'container.stop') throw new Error('killed');
  };
  await expect(up(withApis(apis, { model: 'model 2' }), engine)).rejects.toThrow('killed');
  expect(() => planFor(withApis(apis, { model: 'model 3' }), engine)).toThrow(
    expect.objectContaining({
      code: 'NO_FREE_ADDRESS',
      hint: expect.stringContaining('fortress down') as string,
    }) as Error,
  );
  engine.before = () => undefined;
  await upWatched(withApis(apis, { model: 'model 2' }));
});

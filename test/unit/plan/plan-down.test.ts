import { beforeEach, expect, test } from 'vitest';
import { planDown } from '../../../src/plan/plan-down.js';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.js';
import { ancestorsOf, carryOut, up, wish } from './world.js';

let engine: MemoryEngine;
beforeEach(async () => {
  engine = createMemoryEngine();
  await up(wish(), engine);
});

const down = (volumes: boolean): Promise<void> =>
  carryOut(planDown('shop', engine.observed(), { volumes, images: false }), engine);

test('takes containers and networks away and keeps the data', async () => {
  await down(false);
  expect(engine.containers.size).toBe(0);
  expect(engine.networks.size).toBe(0);
  expect([...engine.volumes]).toEqual(['shop-prometheus-data', 'shop-grafana-data']);
});

test('takes the data away only when told to, and says what that means', async () => {
  const { operations } = planDown('shop', engine.observed(), { volumes: true, images: true });
  expect(operations.filter(({ effect }) => effect === 'data loss').map(({ id }) => id)).toEqual([
    'volume.remove shop-prometheus-data',
    'volume.remove shop-grafana-data',
  ]);
  await down(true);
  expect(engine.volumes.size).toBe(0);
});

test('takes the images that were built for it only when told to, once no container needs them', () => {
  const observed = {
    ...engine.observed(),
    built: [
      { reference: 'fortress/shop-v1:3f2a', usedBy: [] },
      { reference: 'fortress/shop-v1:4b5c', usedBy: ['another'] },
      { reference: 'fortress/shop-v2:3f2a', usedBy: [] },
    ],
  };
  const removals = (images: boolean) =>
    planDown('shop', observed, { volumes: true, images }).operations.filter(({ call }) => call.kind === 'image.remove');
  expect(removals(false)).toEqual([]);
  const [first, second, ...others] = removals(true);
  expect([first?.id, second?.id, others]).toEqual([
    'image.remove fortress/shop-v1:3f2a',
    'image.remove fortress/shop-v2:3f2a',
    [],
  ]);
  expect(first?.after).toContain('container.remove shop-api-v1-1');
  expect(second?.after).toContain(first?.id);
});

test('works whatever state the containers are in, and removes what they left', async () => {
  const states = ['created', 'running', 'paused', 'restarting', 'exited', 'dead'] as const;
  for (const [index, container] of [...engine.containers.values()].entries()) {
    container.state = states[index % states.length] ?? 'dead';
  }
  engine.leftovers.add('0123abcd');
  await down(false);
  expect([engine.containers.size, engine.networks.size, engine.leftovers.size]).toEqual([0, 0, 0]);
});

test('a running container is asked to end before it is removed', () => {
  const plan = planDown('shop', engine.observed(), { volumes: false, images: false });
  expect(ancestorsOf(plan, 'container.remove shop-gateway-1')).toContain('container.stop shop-gateway-1');
});

test('of nothing there is nothing to take away', () => {
  expect(planDown('shop', createMemoryEngine().observed(), { volumes: true, images: true }).operations).toEqual([]);
});

test('up after down finds its data again', async () => {
  await down(false);
  await up(wish(), engine);
  expect(engine.history.filter((call) => call.startsWith('volume.create'))).toHaveLength(2);
});

import { expect, test } from 'vitest';
import { stoppedMeanwhile } from '../../../src/plan/stopped-meanwhile.js';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.js';
import { planFor, up, wish } from './world.js';

async function running(): Promise<MemoryEngine> {
  const engine = createMemoryEngine();
  await up(wish(), engine);
  return engine;
}

function end(engine: MemoryEngine, name: string): void {
  const container = engine.containers.get(name);
  if (!container) throw new Error(`no ${name}`);
  container.state = 'exited';
}

test('a container that was to go on, and ended while the plan was carried out', async () => {
  const engine = await running();
  const before = engine.observed();
  const plan = planFor(wish({ users: 'users 2' }), engine);
  expect(stoppedMeanwhile(plan, before, engine.observed())).toEqual([]);
  end(engine, 'shop-api-v1-2');
  expect(stoppedMeanwhile(plan, before, engine.observed())).toEqual(['shop-api-v1-2']);
});

test('also one that was removed', async () => {
  const engine = await running();
  const before = engine.observed();
  const plan = planFor(wish(), engine);
  engine.containers.delete('shop-exporter-1');
  expect(stoppedMeanwhile(plan, before, engine.observed())).toEqual(['shop-exporter-1']);
});

test('none that the plan itself stops or replaces, and none that did not run before', async () => {
  const engine = await running();
  end(engine, 'shop-exporter-1');
  const before = engine.observed();
  const plan = planFor(wish({ model: 'model 2' }), engine);
  end(engine, 'shop-api-v1-1');
  expect(stoppedMeanwhile(plan, before, engine.observed())).toEqual([]);
});

import { beforeEach, expect, test } from 'vitest';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.js';
import { ancestorsOf, deadUpstreams, planFor, runningOf, up, wish, type Wish } from './world.js';

// Containers are replaced because somebody wants new ones, not because anything changed.
let engine: MemoryEngine;
const V1 = { apis: { v1: { replicas: 2 }, v2: {} } };
const renewed = (...renew: string[]): Wish => wish({ config: V1, renew });

beforeEach(async () => {
  engine = createMemoryEngine();
  await up(wish({ config: V1 }), engine);
});

test('an API gets new replicas, which serve before the old ones go', async () => {
  const plan = planFor(renewed('api-v1'), engine);
  const of = (kind: string): string[] =>
    plan.operations.filter(({ call }) => call.kind === kind).flatMap(({ call }) => ('name' in call ? call.name : []));
  expect(of('container.stop')).toEqual(['shop-api-v1-1', 'shop-api-v1-2']);
  expect(new Set(plan.operations.filter(({ id }) => id.includes('api-v1')).map(({ cause }) => cause))).toEqual(
    new Set(['restart']),
  );
  for (const name of of('container.stop'))
    expect(ancestorsOf(plan, `container.stop ${name}`)).toContain('container.reload shop-gateway-1');

  const dead: string[] = [];
  engine.after = () => void dead.push(...deadUpstreams(engine));
  await up(renewed('api-v1'), engine);
  expect(dead).toEqual([]);
  expect(runningOf(engine, 'api-v1')).toEqual(['shop-api-v1-3', 'shop-api-v1-4']);
  expect(runningOf(engine, 'api-v2'), 'others are left alone').toEqual(['shop-api-v2-1']);
  expect(planFor(wish({ config: V1 }), engine).operations).toEqual([]);
});

test('the gateway gives way to a new one', async () => {
  const plan = planFor(renewed('gateway'), engine);
  expect(plan.operations.find(({ id }) => id === 'container.stop shop-gateway-1')).toMatchObject({
    cause: 'restart',
    effect: 'stop-first',
  });
  await up(renewed('gateway'), engine);
  expect(runningOf(engine, 'gateway')).toEqual(['shop-gateway-2']);
});

test('what has also changed is the reason that is told', () => {
  const plan = planFor({ ...renewed('api-v1'), model: 'model 2' }, engine);
  const causes = plan.operations.filter(({ id }) => id.includes('api-v1')).map(({ cause }) => cause);
  expect(new Set(causes)).toEqual(new Set(['model.onnx changed']));
});

test('killed before the end, the next up is done with what is there', async () => {
  engine.before = (call) => {
    if (call.kind === 'container.stop') throw new Error('killed');
  };
  await expect(up(renewed('api-v1'), engine)).rejects.toThrow('killed');
  engine.before = () => undefined;
  await up(wish({ config: V1 }), engine);
  expect(runningOf(engine, 'api-v1')).toHaveLength(2);
  expect(planFor(wish({ config: V1 }), engine).operations).toEqual([]);
});

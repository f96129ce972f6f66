import { describe, expect, test } from 'vitest';
import { planDown } from '../../../src/plan/plan-down.js';
import { formatPlan, planToJson } from '../../../src/report/plan-text.js';
import { summarize } from '../../../src/report/plan-words.js';
import { createMemoryEngine } from '../plan/memory-engine.js';
import { planFor, up, wish } from '../plan/world.js';

// What the lines of each kind of change say is tested with the plans themselves, in test/unit/plan.

test('one line for each thing, the sum below', () => {
  const text = formatPlan(
    planFor(wish({ config: { monitoring: false, apis: { v1: { replicas: 1 } } } }), createMemoryEngine()),
  );
  expect(text).toBe(
    [
      '  + example/api:1: get (missing; an example)',
      '  + example/nginx:1: get (missing; an example)',
      '  + shop-edge: create (new)',
      '  + shop-backend: create (new)',
      '  + shop-api-v1-1: create, start (new)',
      '  + shop-gateway-1: create, start (new)',
      '',
      '2 images to get, 2 containers to create, 2 networks to create',
    ].join('\n'),
  );
});

test('of nothing it says that', () => {
  expect(formatPlan({ project: 'shop', operations: [], rollouts: [] })).toBe('nothing to do');
});

describe('the sum', () => {
  test('knows one from many, and counts a new container once', async () => {
    const engine = createMemoryEngine();
    await up(wish(), engine);
    expect(summarize(planFor(wish({ config: { apis: { v1: { replicas: 4 }, v2: {} } } }), engine))).toBe(
      '1 container to create, 2 containers to reload',
    );
    expect(summarize(planDown('shop', engine.observed(), { volumes: true, images: false }))).toBe(
      '8 containers to remove, 2 networks to remove, 2 volumes to remove',
    );
  });

  test('waiting is not counted', async () => {
    const engine = createMemoryEngine();
    await up(wish(), engine);
    for (const container of engine.containers.values()) container.health = 'starting';
    const plan = planFor(wish(), engine);
    expect(plan.operations.length).toBeGreaterThan(0);
    expect(summarize(plan)).toBe('nothing to do');
    expect(formatPlan(plan)).toBe('nothing to do');
  });
});

test('for programs: the graph with causes and effects, and no content of any file', async () => {
  const engine = createMemoryEngine();
  await up(wish(), engine);
  const document = planToJson(planFor(wish({ users: 'THE SECRET' }), engine));
  expect(document).toEqual({
    rollouts: [],
    project: 'shop',
    operations: [
      {
        id: 'container.reload shop-gateway-1',
        kind: 'container.reload',
        after: [],
        cause: 'htpasswd changed',
        effect: 'reload',
      },
    ],
  });
  expect(JSON.stringify(document)).not.toContain('THE SECRET');
});

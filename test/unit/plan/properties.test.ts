import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { serviceOf } from '../stack/example.js';
import { example } from '../stack/example.js';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.js';
import { ancestorsOf, carryOut, deadUpstreams, planFor, runningOf, up, watched, wish, type Wish } from './world.js';

const usesPort = (monitoring: FortressConfig['monitoring'], port: number): boolean =>
  typeof monitoring === 'object' && monitoring.prometheusPort === port;

const config: fc.Arbitrary<FortressConfig> = fc
  .record({
    v1: fc.integer({ min: 1, max: 4 }),
    v2: fc.option(fc.integer({ min: 1, max: 2 })),
    port: fc.constantFrom(8000, 8001),
    httpsPort: fc.constantFrom(443, 8443),
    canary: fc.option(fc.constantFrom('before' as const, 'after' as const)),
    rollout: fc.record({
      batch: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      order: fc.constantFrom('start-first' as const, 'stop-first' as const),
    }),
    // Ports that come free, move to another service, or are exchanged.
    monitoring: fc.constantFrom<FortressConfig['monitoring']>(
      {},
      { grafana: false },
      { exporterPort: 9114 },
      { grafana: false, prometheusPort: 3000 },
      { grafana: false, exporterPort: 3000 },
      { exporterPort: 9090, prometheusPort: 9113 },
      { exporterPort: 9090, prometheusPort: 3000, grafana: { port: 9113 } },
      { prometheusPort: 443, grafana: { port: 9090 } },
      false,
    ),
  })
  .filter(({ httpsPort, monitoring }) => httpsPort === 8443 || !usesPort(monitoring, 443))
  .map(({ v1, v2, port, canary, rollout, httpsPort, monitoring }) => ({
    apis: {
      ...(canary === 'before' && { canary: {} }),
      // Of a single one that stops first nothing is left meanwhile.
      v1: { replicas: v1, port, rollout: v1 > 1 ? rollout : { batch: rollout.batch } },
      ...(v2 !== null && { v2: { replicas: v2 } }),
      ...(canary === 'after' && { canary: {} }),
    },
    gateway: { httpsPort },
    monitoring,
  }));

const anyWish: fc.Arbitrary<Wish> = fc
  .record({
    config,
    model: fc.constantFrom('model 1', 'model 2'),
    template: fc.constantFrom('template 1', 'template 2'),
    users: fc.constantFrom('users 1', 'users 2'),
    tag: fc.constantFrom('1', '2'),
    missing: fc.constantFrom<Wish['missing']>([], ['grafana']),
  })
  .map(wish);

/** What people and machines do to containers behind our back. */
const disturbance = fc.record({
  at: fc.nat(20),
  what: fc.constantFrom('exited', 'paused', 'restarting', 'dead', 'removed', 'unhealthy', 'its network too' as const),
});

function disturb(engine: MemoryEngine, { at, what }: { at: number; what: string }): void {
  const names = [...engine.containers.keys()];
  const name = names[at % Math.max(1, names.length)];
  const container = name === undefined ? undefined : engine.containers.get(name);
  if (!container || name === undefined) return;
  if (what === 'removed') engine.containers.delete(name);
  else if (what === 'its network too') stopAllAndPrune(engine);
  else if (what === 'unhealthy') container.health = what;
  else if (container.state !== 'created') container.state = what as 'exited' | 'paused' | 'restarting' | 'dead';
}

function stopAllAndPrune(engine: MemoryEngine): void {
  for (const container of engine.containers.values()) if (container.state !== 'created') container.state = 'exited';
  engine.networks.clear();
}

/** Nothing gets through from this call on, as after kill -9. */
async function upKilledAfter(calls: number, wanted: Wish, engine: MemoryEngine): Promise<void> {
  let left = calls;
  engine.before = () => {
    if (left-- <= 0) throw new Error('killed');
  };
  await up(wanted, engine).catch(() => undefined);
  engine.before = () => undefined;
}

function expectAsWished(wanted: Wish, engine: MemoryEngine): void {
  const { stack } = example(wanted.config, (name) =>
    wanted.missing.includes(name)
      ? { missing: 'no package' }
      : { reference: `example/${name}:${wanted.tag}`, origin: 'an example' },
  );
  const replicas = Object.fromEntries(stack.services.map(({ name }) => [name, runningOf(engine, name).length]));
  expect(replicas).toEqual(
    Object.fromEntries(stack.services.map(({ name }) => [name, serviceOf(stack, name).replicas])),
  );
  expect(engine.containers.size).toBe(Object.values(replicas).reduce((sum, count) => sum + count, 0));
  expect(deadUpstreams(engine)).toEqual([]);
  const apis = stack.services.filter(({ name }) => name.startsWith('api-'));
  const serving = apis.flatMap(({ name }) => runningOf(engine, name));
  expect(watched(engine).toSorted()).toEqual(wanted.config.monitoring === false ? [] : serving.toSorted());
}

const history = fc.array(
  fc.record({ wanted: anyWish, killedAfter: fc.nat(60), disturbances: fc.array(disturbance, { maxLength: 3 }) }),
  {
    maxLength: 3,
  },
);

test('whatever happened before, one run gives what is wished, and the next finds nothing to do', async () => {
  await fc.assert(
    fc.asyncProperty(history, anyWish, async (past, wanted) => {
      const engine = createMemoryEngine();
      for (const { wanted: earlier, killedAfter, disturbances } of past) {
        await upKilledAfter(killedAfter, earlier, engine);
        for (const one of disturbances) disturb(engine, one);
      }
      await up(wanted, engine);
      expectAsWished(wanted, engine);
      expect(planFor(wanted, engine).operations.map(({ id }) => id)).toEqual([]);
    }),
    { numRuns: 80 },
  );
});

test('a plan is a graph without cycles: ids are unique, and what comes after something comes later in the list', async () => {
  await fc.assert(
    fc.asyncProperty(history, anyWish, async (past, wanted) => {
      const engine = createMemoryEngine();
      for (const { wanted: earlier, killedAfter, disturbances } of past) {
        await upKilledAfter(killedAfter, earlier, engine);
        for (const one of disturbances) disturb(engine, one);
      }
      const plan = planFor(wanted, engine);
      const ids = plan.operations.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { id } of plan.operations) expect([...ancestorsOf(plan, id)]).not.toContain(id);
      for (const [index, { after }] of plan.operations.entries()) {
        for (const id of after) expect(ids.slice(0, index)).toContain(id);
      }
    }),
    { numRuns: 30 },
  );
});

/** Calls take turns in any order that the plan allows. */
const upInOrder = async (
  scheduler: fc.Scheduler,
  wanted: Wish,
  engine: MemoryEngine,
  signal?: AbortSignal,
): Promise<void> => {
  const { before } = engine;
  engine.before = async (call) => {
    await scheduler.schedule(Promise.resolve(), call.kind);
    await before(call);
  };
  try {
    await scheduler.waitFor(carryOut(planFor(wanted, engine), engine, signal));
  } finally {
    engine.before = before;
  }
};

describe('those who use the stack', () => {
  test('never meet a gateway that sends them to a replica that does not run', async () => {
    await fc.assert(
      fc.asyncProperty(anyWish, anyWish, fc.scheduler(), async (first, second, scheduler) => {
        const engine = createMemoryEngine();
        await up(first, engine);
        const dead: string[] = [];
        engine.after = (call) => dead.push(...deadUpstreams(engine).map((name) => `${name} after ${call.kind}`));
        await upInOrder(scheduler, second, engine);
        expect(dead).toEqual([]);
        expectAsWished(second, engine);
      }),
      { numRuns: 60 },
    );
  });

  test('nor while a run does over what one that was killed had begun', async () => {
    await fc.assert(
      fc.asyncProperty(anyWish, anyWish, fc.nat(40), fc.scheduler(), async (first, second, killedAfter, scheduler) => {
        const engine = createMemoryEngine();
        await up(first, engine);
        const dead: string[] = [];
        engine.after = (call) => dead.push(...deadUpstreams(engine).map((name) => `${name} after ${call.kind}`));
        await upKilledAfter(killedAfter, second, engine);
        await upInOrder(scheduler, second, engine);
        expect(dead).toEqual([]);
        expectAsWished(second, engine);
      }),
      { numRuns: 100 },
    );
  });

  test('still have a gateway and all its replicas when any one call fails', async () => {
    await fc.assert(
      fc.asyncProperty(anyWish, anyWish, fc.nat(40), fc.scheduler(), async (first, second, failing, scheduler) => {
        const engine = createMemoryEngine();
        await up(first, engine);
        let calls = 0;
        engine.before = () => {
          if (calls++ === failing) throw new Error('the engine had a bad day');
        };
        await upInOrder(scheduler, second, engine).catch(() => undefined);
        engine.before = () => undefined;
        expect(runningOf(engine, 'gateway')).toHaveLength(1);
        expect(deadUpstreams(engine)).toEqual([]);
        await up(second, engine);
        expectAsWished(second, engine);
      }),
      { numRuns: 80 },
    );
  });

  test('still have them when the run is interrupted at any call', async () => {
    await fc.assert(
      fc.asyncProperty(anyWish, anyWish, fc.nat(40), fc.scheduler(), async (first, second, at, scheduler) => {
        const engine = createMemoryEngine();
        await up(first, engine);
        const interruption = new AbortController();
        let calls = 0;
        engine.before = () => {
          if (calls++ === at) interruption.abort();
        };
        await upInOrder(scheduler, second, engine, interruption.signal).catch(() => undefined);
        engine.before = () => undefined;
        expect(runningOf(engine, 'gateway')).toHaveLength(1);
        expect(deadUpstreams(engine)).toEqual([]);
        await up(second, engine);
        expectAsWished(second, engine);
      }),
      { numRuns: 60 },
    );
  });
});

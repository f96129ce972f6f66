import { beforeEach, describe, expect, test } from 'vitest';
import type { RolloutConfig } from '../../../src/config/types.js';
import { subjectOf } from '../../../src/plan/operation.js';
import { changesAnything } from '../../../src/plan/plan-up.js';
import { formatPlan } from '../../../src/report/plan-text.js';
import { createMemoryEngine, type MemoryContainer, type MemoryEngine } from './memory-engine.js';
import { ancestorsOf, deadUpstreams, operationOf, planFor, runningOf, up, watched, wish, type Wish } from './world.js';

let engine: MemoryEngine;
beforeEach(() => {
  engine = createMemoryEngine();
});

/** Runs `up` until an operation, from which on nothing gets through any more, as after kill -9. */
async function upKilledAt(id: string, wanted: Wish): Promise<void> {
  let dead = false;
  engine.before = (call) => {
    dead ||= `${call.kind} ${subjectOf(call)}` === id;
    if (dead) throw new Error('killed');
  };
  await expect(up(wanted, engine)).rejects.toThrow('killed');
  engine.before = () => undefined;
}

/** The plan's text for people, without leading blanks. */
const planText = (wanted: Wish): string[] =>
  formatPlan(planFor(wanted, engine))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function container(name: string): MemoryContainer {
  const found = engine.containers.get(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

const V1 = (replicas: number): Wish => wish({ config: { apis: { v1: { replicas }, v2: {} } } });

describe('from nothing', () => {
  test('everything is made, and only what it needs comes before each part', async () => {
    expect(planText(wish({ config: { monitoring: false, apis: { v1: { replicas: 2 } } } }))).toEqual([
      '+ example/api:1: get (missing; an example)',
      '+ example/nginx:1: get (missing; an example)',
      '+ shop-edge: create (new)',
      '+ shop-backend: create (new)',
      '+ shop-api-v1-1: create, start (new)',
      '+ shop-api-v1-2: create, start (new)',
      '+ shop-gateway-1: create, start (new)',
      '2 images to get, 3 containers to create, 2 networks to create',
    ]);
    expect(operationOf(planFor(wish(), engine), 'container.create shop-prometheus-1').after).toEqual([
      'image.ensure example/prometheus:1',
      'network.create shop-edge',
      'network.create shop-backend',
      'volume.create shop-prometheus-data',
    ]);
  });

  test('a container that fails at its first start is stopped and kept, for its logs', () => {
    const wait = operationOf(planFor(wish(), engine), 'container.wait shop-api-v1-1');
    expect(wait.cleanup).toMatchObject({ kind: 'container.stop', name: 'shop-api-v1-1' });
  });

  test('afterwards there is nothing to do', async () => {
    await up(wish(), engine);
    expect(planText(wish())).toEqual(['nothing to do']);
    expect(changesAnything(planFor(wish(), engine))).toBe(false);
  });
});

const stepwise = (rollout: RolloutConfig, change: Partial<Wish> = { model: 'model 2' }): Wish =>
  wish({ config: { monitoring: false, apis: { v1: { replicas: 3, rollout } } }, ...change });

describe('a change makes what depends on it, and nothing else', () => {
  beforeEach(() => up(wish(), engine));

  test('replicas 3 → 5', () => {
    expect(planText(V1(5))).toEqual([
      '+ shop-api-v1-4: create, start (replicas 3 → 5)',
      '+ shop-api-v1-5: create, start (replicas 3 → 5)',
      '~ shop-gateway-1: reload (nginx.conf changed) [reload]',
      '~ shop-prometheus-1: reload (prometheus.yml changed) [reload]',
      '2 containers to create, 2 containers to reload',
    ]);
    // The gateway must not send requests to a replica before it is ready.
    const before = ancestorsOf(planFor(V1(5), engine), 'container.reload shop-gateway-1');
    expect(before).toContain('container.wait shop-api-v1-4');
    expect(before).toContain('container.wait shop-api-v1-5');
  });

  test('replicas 3 → 1', () => {
    expect(planText(V1(1))).toEqual([
      '~ shop-gateway-1: reload (nginx.conf changed) [reload]',
      '~ shop-prometheus-1: reload (prometheus.yml changed) [reload]',
      '- shop-api-v1-2: stop, remove (replicas 3 → 1)',
      '- shop-api-v1-3: stop, remove (replicas 3 → 1)',
      '2 containers to reload, 2 containers to remove',
    ]);
    // The gateway must have let go of a replica before it is stopped.
    const plan = planFor(V1(1), engine);
    expect(ancestorsOf(plan, 'container.stop shop-api-v1-2')).toContain('container.reload shop-gateway-1');
  });

  test('model', () => {
    expect(planText(wish({ model: 'model 2', config: { apis: { v1: { replicas: 3 } } } }))).toEqual([
      '+ shop-api-v1-4: create, start (model.onnx changed) [rolling]',
      '+ shop-api-v1-5: create, start (model.onnx changed) [rolling]',
      '+ shop-api-v1-6: create, start (model.onnx changed) [rolling]',
      '~ shop-gateway-1: reload (nginx.conf changed) [reload]',
      '~ shop-prometheus-1: reload (prometheus.yml changed) [reload]',
      '- shop-api-v1-1: stop, remove (model.onnx changed) [rolling]',
      '- shop-api-v1-2: stop, remove (model.onnx changed) [rolling]',
      '- shop-api-v1-3: stop, remove (model.onnx changed) [rolling]',
      '- shop-api-v2-1: stop, remove (not in the configuration any more)',
      'api-v1: new replicas start before old ones stop, all at once',
      '3 containers to create, 2 containers to reload, 4 containers to remove',
    ]);
  });

  describe('model, step by step', () => {
    const V1_STOPS = ['container.stop shop-api-v1-1', 'container.stop shop-api-v1-2', 'container.stop shop-api-v1-3'];

    test('new ones first: each step ends before the next one begins', async () => {
      await up(stepwise({ batch: 1 }, {}), engine);
      const plan = planFor(stepwise({ batch: 1 }), engine);
      expect(planText(stepwise({ batch: 1 })).slice(-2)).toEqual([
        'api-v1: new replicas start before old ones stop, 1 at a time in 3 steps',
        '3 containers to create, 3 containers to reload, 3 containers to remove',
      ]);
      const order = plan.operations.map(({ id }) => id);
      expect(order.filter((id) => /reload|drain|start|stop/.test(id))).toEqual([
        'container.start shop-api-v1-4',
        'container.reload shop-gateway-1 (step 1)',
        'container.drain shop-gateway-1 (0)',
        'container.stop shop-api-v1-1',
        'container.start shop-api-v1-5',
        'container.reload shop-gateway-1 (step 2)',
        'container.drain shop-gateway-1 (1)',
        'container.stop shop-api-v1-2',
        'container.start shop-api-v1-6',
        'container.reload shop-gateway-1',
        'container.drain shop-gateway-1 (last)',
        'container.stop shop-api-v1-3',
      ]);
      for (const [index, stop] of V1_STOPS.entries()) {
        const before = ancestorsOf(plan, stop);
        expect([...before]).toEqual(
          expect.arrayContaining([`container.wait shop-api-v1-${index + 4}`, ...V1_STOPS.slice(0, index)]),
        );
      }
    });

    test('old ones first: never more than wished, and the gateway knows before they stop', async () => {
      const rollout = { order: 'stop-first' } as const;
      await up(stepwise(rollout, {}), engine);
      const running: number[] = [];
      engine.after = () => running.push(runningOf(engine, 'api-v1').length);
      expect(planText(stepwise(rollout)).at(-2)).toBe(
        'api-v1: old replicas stop before new ones start, 1 at a time in 3 steps',
      );
      await up(stepwise(rollout), engine);
      expect([Math.min(...running), Math.max(...running)]).toEqual([2, 3]);
    });

    test.each<RolloutConfig>([{ batch: 1 }, { order: 'stop-first' }])(
      'another port, %o: the gateway asks old ones at the old port as long as they serve',
      async (rollout) => {
        const onPort = (port: number): Wish =>
          wish({ config: { monitoring: false, apis: { v1: { replicas: 3, port, rollout } } } });
        await up(onPort(8000), engine);
        const dead: string[] = [];
        engine.after = (call) => dead.push(...deadUpstreams(engine).map((name) => `${name} after ${call.kind}`));
        await up(onPort(8001), engine);
        expect(dead).toEqual([]);
        expect(planText(onPort(8001))).toEqual(['nothing to do']);
      },
    );

    test('not where the gateway is replaced as well: then the plan says why', async () => {
      await up(stepwise({ batch: 1 }, {}), engine);
      expect(planText(stepwise({ batch: 1 }, { model: 'model 2', tag: '2' })).at(-2)).toBe(
        'api-v1: new replicas start before old ones stop, all at once ' +
          '(the gateway, which would have to know of every step, is replaced as well)',
      );
    });

    test('a replica that does not get ready ends it: old ones of later steps serve on, it is kept for its log', async () => {
      await up(stepwise({ batch: 1 }, {}), engine);
      engine.before = ({ kind, ...call }) => {
        if (kind === 'container.wait' && 'name' in call && call.name === 'shop-api-v1-5') throw new Error('not ready');
      };
      await expect(up(stepwise({ batch: 1 }), engine)).rejects.toThrow('not ready');
      expect(runningOf(engine, 'api-v1').toSorted()).toEqual(['shop-api-v1-2', 'shop-api-v1-3', 'shop-api-v1-4']);
      expect(container('shop-api-v1-5').state).toBe('exited');
      expect(deadUpstreams(engine)).toEqual([]);
    });
  });

  describe('those who watch the replicas', () => {
    const reload = 'container.reload shop-prometheus-1';

    test('learn of new ones once the gateway uses them, and forget old ones before these go', () => {
      const plan = planFor(wish({ model: 'model 2' }), engine);
      expect(ancestorsOf(plan, reload)).toContain('container.reload shop-gateway-1');
      expect(ancestorsOf(plan, 'container.stop shop-api-v1-1')).toContain(reload);
    });

    test('wait with their signal until a process that just starts understands it', () => {
      container('shop-prometheus-1').health = 'starting';
      expect(ancestorsOf(planFor(V1(4), engine), reload)).toContain('container.wait shop-prometheus-1');
    });

    test('know nothing of replicas that went again because the gateway refused them', async () => {
      const before = watched(engine);
      engine.before = (call) => {
        if (call.kind === 'container.reload' && call.service.name === 'gateway') throw new Error('refused');
      };
      await expect(up(wish({ model: 'model 2' }), engine)).rejects.toThrow('refused');
      expect(watched(engine)).toEqual(before);
      expect(runningOf(engine, 'api-v1')).toEqual(['shop-api-v1-1', 'shop-api-v1-2', 'shop-api-v1-3']);
      expect(engine.containers.has('shop-api-v1-4')).toBe(false);
    });

    test('that have trouble of their own leave the gateway with the new replicas', async () => {
      engine.before = (call) => {
        if (call.kind === 'container.reload' && call.service.name === 'prometheus') throw new Error('refused');
      };
      await expect(up(wish({ model: 'model 2' }), engine)).rejects.toThrow('refused');
      expect(deadUpstreams(engine)).toEqual([]);
      engine.before = () => undefined;
      await up(wish({ model: 'model 2' }), engine);
      expect(watched(engine)).toEqual([...runningOf(engine, 'api-v1'), ...runningOf(engine, 'api-v2')]);
      expect(planText(wish({ model: 'model 2' }))).toEqual(['nothing to do']);
    });
  });

  test('memory of one API', () => {
    const text = planText(wish({ config: { apis: { v1: {}, v2: { memory: '1g' } } } }));
    expect(text).toContain('+ shop-api-v2-2: create, start (memory 512 MiB → 1024 MiB) [rolling]');
    expect(text.filter((line) => line.includes('api-v1'))).toEqual([]);
  });

  test('template', () => {
    expect(planText(wish({ template: 'template 2' }))).toEqual([
      '~ shop-gateway-1: reload (nginx.conf changed) [reload]',
      '1 container to reload',
    ]);
  });

  test('user', () => {
    expect(planText(wish({ users: 'users 2' }))).toEqual([
      '~ shop-gateway-1: reload (htpasswd changed) [reload]',
      '1 container to reload',
    ]);
  });

  test('image', () => {
    const text = planText(wish({ tag: '2', config: { monitoring: false, apis: { v1: {} } } }));
    expect(text).toEqual([
      '+ example/api:2: get (missing; an example)',
      '+ example/nginx:2: get (missing; an example)',
      ...[4, 5, 6].map(
        (slot) => `+ shop-api-v1-${slot}: create, start (image example/api:1 → example/api:2) [rolling]`,
      ),
      '+ shop-gateway-2: create, start (image example/nginx:1 → example/nginx:2) [stop-first]',
      '- shop-gateway-1: stop, remove (image example/nginx:1 → example/nginx:2) [stop-first]',
      ...[1, 2, 3].map((slot) => `- shop-api-v1-${slot}: stop, remove (image example/api:1 → example/api:2) [rolling]`),
      '- shop-api-v2-1: stop, remove (not in the configuration any more)',
      '- shop-exporter-1: stop, remove (not in the configuration any more)',
      '- shop-prometheus-1: stop, remove (not in the configuration any more)',
      '- shop-grafana-1: stop, remove (not in the configuration any more)',
      'api-v1: new replicas start before old ones stop, all at once',
      '2 images to get, 4 containers to create, 8 containers to remove',
    ]);
    const before = ancestorsOf(planFor(wish({ tag: '2' }), engine), 'container.stop shop-gateway-1');
    expect(before, 'the old gateway goes on until the new replicas are ready').toContain(
      'container.wait shop-api-v1-4',
    );
  });

  test('monitoring off; its data stays', () => {
    expect(planText(wish({ config: { monitoring: false } }))).toEqual([
      '- shop-exporter-1: stop, remove (not in the configuration any more)',
      '- shop-prometheus-1: stop, remove (not in the configuration any more)',
      '- shop-grafana-1: stop, remove (not in the configuration any more)',
      '3 containers to remove',
    ]);
  });

  describe('the port of the gateway', () => {
    const moved = wish({ config: { gateway: { httpsPort: 8443 } } });
    const cause = 'ports 0.0.0.0:80->80 0.0.0.0:443->443 → 0.0.0.0:80->80 0.0.0.0:8443->443';

    test('needs a new container, and the old one must give way first', () => {
      expect(planText(moved)).toEqual([
        `+ shop-gateway-2: create, start (${cause}) [stop-first]`,
        `- shop-gateway-1: stop, remove (${cause}) [stop-first]`,
        '1 container to create, 1 container to remove',
      ]);
      const before = ancestorsOf(planFor(moved, engine), 'container.start shop-gateway-2');
      expect(before).toContain('container.stop shop-gateway-1');
      expect(before, 'made before the old one stops, so that the gap is short').toContain(
        'container.create shop-gateway-2',
      );
    });

    test('can be taken back: the new one off the port, the old one on again, the new one away', () => {
      const plan = planFor(moved, engine);
      expect(operationOf(plan, 'container.start shop-gateway-2').undo).toMatchObject({
        kind: 'container.stop',
        name: 'shop-gateway-2',
      });
      expect(operationOf(plan, 'container.stop shop-gateway-1').undo).toEqual({
        kind: 'container.start',
        name: 'shop-gateway-1',
      });
      expect(operationOf(plan, 'container.create shop-gateway-2').undo).toEqual({
        kind: 'container.remove',
        name: 'shop-gateway-2',
      });
    });

    test('the old one is removed only when the new one is ready', () => {
      expect(ancestorsOf(planFor(moved, engine), 'container.remove shop-gateway-1')).toContain(
        'container.wait shop-gateway-2',
      );
    });
  });
});

describe('what was disturbed is put right', () => {
  beforeEach(() => up(wish(), engine));

  test('an exited replica is started again', () => {
    container('shop-api-v1-2').state = 'exited';
    expect(planText(wish())).toEqual(['~ shop-api-v1-2: start (is exited)', '1 container to start']);
  });

  test('one that was made and never started may lack its files: another takes its place', () => {
    container('shop-api-v1-2').state = 'created';
    expect(planText(wish())).toEqual([
      '+ shop-api-v1-4: create, start (shop-api-v1-2 is created) [rolling]',
      '~ shop-gateway-1: reload (nginx.conf changed) [reload]',
      '~ shop-prometheus-1: reload (prometheus.yml changed) [reload]',
      '- shop-api-v1-2: remove (is created) [rolling]',
      '1 container to create, 2 containers to reload, 1 container to remove',
    ]);
  });

  test('a paused gateway holds its ports: it is stopped before another takes its place', () => {
    container('shop-gateway-1').state = 'paused';
    expect(planText(wish())).toEqual([
      '+ shop-gateway-2: create, start (shop-gateway-1 is paused) [stop-first]',
      '- shop-gateway-1: stop, remove (shop-gateway-1 is paused) [stop-first]',
      '1 container to create, 1 container to remove',
    ]);
  });

  test('a replica that crashes again and again is replaced', () => {
    container('shop-api-v2-1').state = 'restarting';
    expect(planText(wish())).toContain('+ shop-api-v2-2: create, start (shop-api-v2-1 is restarting) [rolling]');
  });

  test('one that still starts is waited for, which is no change', () => {
    container('shop-api-v1-1').health = 'starting';
    const plan = planFor(wish(), engine);
    expect(plan.operations.map(({ id }) => id)).toEqual(['container.wait shop-api-v1-1']);
    expect(changesAnything(plan)).toBe(false);
  });

  test('a network that somebody removed is made again, with all that was in it', () => {
    for (const { made } of engine.containers.values()) container(made.name).state = 'exited';
    engine.networks.clear();
    const creations = planText(wish()).filter((line) => line.startsWith('+ '));
    expect(creations).toEqual(expect.arrayContaining(['+ shop-backend: create (new)', '+ shop-edge: create (new)']));
    expect(creations.filter((line) => line.includes(': create, start'))).toHaveLength(8);
  });

  test('a configuration volume without a container is removed', () => {
    engine.leftovers.add('0123abcd');
    expect(planText(wish())[0]).toContain('0123abcd: remove');
  });
});

describe('half-made states', () => {
  test('killed between the new replicas and the removal of the old ones: the new ones stay, and the cause is still known', async () => {
    await up(wish(), engine);
    await upKilledAt('container.stop shop-api-v1-1', wish({ model: 'model 2' }));
    const text = planText(wish({ model: 'model 2' }));
    expect(text).toContain('- shop-api-v1-1: stop, remove (model.onnx changed) [rolling]');
    expect(text.filter((line) => line.startsWith('+'))).toEqual([]);
  });

  test('an old container that is wanted again does not get its port while the newer one has it', async () => {
    const old = wish();
    const newer = wish({ config: { monitoring: { retention: '1d', exporterPort: 9114 } } });
    await up(old, engine);
    await upKilledAt('container.remove shop-exporter-1', newer);
    expect(container('shop-exporter-1').state).toBe('exited');
    expect(container('shop-exporter-2').state).toBe('running');
    const plan = planFor(old, engine);
    const starts = plan.operations.filter(
      ({ call }) => call.kind === 'container.start' && call.name.startsWith('shop-exporter-'),
    );
    expect(starts).toHaveLength(1);
    const [start] = starts;
    expect(ancestorsOf(plan, start?.id ?? '')).toContain('container.stop shop-exporter-2');
  });
});

test('what another version of fortress made is replaced, and the plan says so', async () => {
  await up(wish(), engine);
  const { made } = container('shop-exporter-1');
  made.hash = 'another';
  for (const spec of ['', 'null', '[]', '{"image":"example/exporter:1"}']) {
    made.spec = spec;
    expect(planText(wish())).toContain(
      '+ shop-exporter-2: create, start (made by another version of fortress) [stop-first]',
    );
  }
});

test('the label that explains a container later on holds no content of files', () => {
  const { operations } = planFor(wish({ model: 'THE CONTENT' }), engine);
  const specs = operations.flatMap(({ call }) => (call.kind === 'container.create' ? [call.container.spec] : []));
  expect(specs.join()).toContain('model.onnx');
  expect(specs.join()).not.toContain('THE CONTENT');
});
